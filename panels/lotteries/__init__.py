"""Draws by lot: who is asked, who is seated, and how anybody can check it."""
