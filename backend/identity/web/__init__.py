"""Signing in, and from a session to the one who acts."""
