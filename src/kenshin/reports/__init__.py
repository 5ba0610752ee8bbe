"""An assessment as a person or a program reads it: console, HTML page, JSON document."""
