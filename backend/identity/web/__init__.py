"""Pages about oneself: signing in, own settings, and what the counter does."""
