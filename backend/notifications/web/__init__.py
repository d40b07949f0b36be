"""Pages about messages, and about how one wants to get them."""
