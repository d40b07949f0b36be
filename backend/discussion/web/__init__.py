"""Pages of discussions, and the part of one that stands on the page of its subject."""
