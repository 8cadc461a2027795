"""Packages held against each other, and against the record of what they should be."""
