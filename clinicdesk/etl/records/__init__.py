"""From the texts of a chunk to records of the store, one module a table."""
