"""Cells become values: outcomes, days, drugs and other fields."""
