"""Verifiable chance: promised before, drawn in the open, recomputed by anyone."""
