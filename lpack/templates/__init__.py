"""Functions that other tools' templates declare, read without running or asking anything."""
