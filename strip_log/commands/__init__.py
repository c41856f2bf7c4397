"""One module for each command: it makes one call and prints. No command imports another."""
