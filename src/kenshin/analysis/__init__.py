"""The pure judge: from evidence and authorities to an assessment."""
