"""Reads: who is owed an answer, what a portal owes, and how it keeps its promises."""
