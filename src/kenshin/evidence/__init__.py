"""One host at one moment, read-only: what to read, what was read, and how reading ended."""
