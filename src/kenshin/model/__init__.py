"""The words of kenshin as frozen dataclasses: all that reports, stores and responses know."""
