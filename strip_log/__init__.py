"""striplog: the logbook for drug-checking test strips."""

__version__ = "0.1.0"
