"""The questions that a logbook can answer, as plain values, without SQL."""
