"""The collectors, shipped as data: they run on the suspect and are imported by nobody."""
