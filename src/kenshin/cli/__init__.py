"""The command line: the only part that reads arguments, writes files and prints."""
