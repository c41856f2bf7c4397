"""What can be asked of a logbook, as plain values: no SQL."""
