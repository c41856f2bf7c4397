"""A test as a value: what is typed becomes a record here, or is refused."""
