"""One module a command: it parses, makes one call, prints. No command imports another."""
