"""One SQLite file: the only place that reads and writes it."""
