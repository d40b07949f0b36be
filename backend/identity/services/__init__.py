"""What people do about themselves, and what the counter does for them."""
