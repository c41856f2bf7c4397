"""Pure arithmetic: numbers in, numbers out. One subject a file."""
