"""Writes: one function is one thing a resident, a clerk, an official, a councillor or the clock does."""
