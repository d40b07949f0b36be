"""Reading discussions."""
