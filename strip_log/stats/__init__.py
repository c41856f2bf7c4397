"""Statistics as pure arithmetic, on numbers alone. Each file has one subject."""
