"""Pages about plans, months and meetings, and the desk of those who work on them."""
