"""Verifiable chance: promised before, drawn in the open, recomputed by anyone."""

from .commitments import ALGORITHM, commitment_of, fingerprint_of_list, new_secret
from .drawing import Drawn, Lot

__all__ = ["ALGORITHM", "Drawn", "Lot", "commitment_of", "fingerprint_of_list", "new_secret"]
