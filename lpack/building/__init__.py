"""Building wheels of what is published as source, or not at all, where the user allows it."""
