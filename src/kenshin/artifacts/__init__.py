"""The kinds of evidence, one module each: what it wants, and how to read it."""
