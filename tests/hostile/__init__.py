"""Archives that mean harm."""
