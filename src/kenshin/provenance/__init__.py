"""Authorities: who can vouch for a record, and how strongly."""
