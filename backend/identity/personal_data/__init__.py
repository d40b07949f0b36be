"""What this app holds about people."""

from . import accounts, choices, proofs, work

__all__ = ["accounts", "choices", "proofs", "work"]
