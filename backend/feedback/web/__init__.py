"""Pages: what is owed for whoever answers, what was promised for everybody, and what one is owed oneself."""
