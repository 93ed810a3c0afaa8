"""A hospital that does not exist: a seeded export of synthetic patients for the importer."""
