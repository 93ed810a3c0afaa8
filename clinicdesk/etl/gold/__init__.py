"""What models and dashboards read, computed from the typed values of the record."""
