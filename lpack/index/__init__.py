"""Where packages come from: the settings of pip and of uv, and the credentials in them."""
