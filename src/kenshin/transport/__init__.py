"""Channels to a host: a program goes in, the lines it prints come out."""
