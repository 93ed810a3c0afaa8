"""What dashboards say of a clinic, computed from gold."""
