"""Imports spreadsheets: a file → its sheets → their columns → cells → rows → tests."""
