"""Rows become tests, each with an id that is the same whenever the row is imported."""
