"""Measuring speed: `make bench`. README.md in this folder tells how to read the table."""
