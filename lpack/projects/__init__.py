"""The user's own projects, read and turned into wheels without running any code of them."""
