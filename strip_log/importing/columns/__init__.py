"""Which column is which field, and where the header stands."""
