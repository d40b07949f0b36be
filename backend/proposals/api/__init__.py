"""Open data about plans and counts: what anyone can read on the pages, for machines."""
