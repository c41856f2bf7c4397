"""Spreadsheets in: a file → its sheets → columns that mean something → cells → tests."""
