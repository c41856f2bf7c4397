"""Files of every kind become sheets of cells."""
