"""Counts become rates, and rates become tables."""
