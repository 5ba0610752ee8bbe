"""Reads shell text as an incident responder would: what it does, without ever running it."""
