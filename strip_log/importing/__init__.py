"""Spreadsheets in: a file → its sheets → what their columns are → cells → rows → tests."""
