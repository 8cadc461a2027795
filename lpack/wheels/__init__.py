"""Strict reading of wheels: framing, full verification, and where the files go."""
