"""The questions asked of a case, one module each."""
