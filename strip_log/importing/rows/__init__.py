"""Rows become tests, each with the id that makes it the same test again."""
