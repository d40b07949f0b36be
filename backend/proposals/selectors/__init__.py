"""Reads: plans as lists and pages, tallies, rounds and agendas."""
