"""The rpm database read from bytes, without rpm: sqlite, ndb and Berkeley DB."""
