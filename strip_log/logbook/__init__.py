"""The SQLite file: no other package reads or writes it."""
