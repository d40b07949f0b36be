"""What is owed: every contribution opens a promise, and only an answer that arrives keeps it."""

from .answers import Answer
from .promises import Promise
from .subjects import Agreement, Reminded, Subject, Waiver

__all__ = ["Agreement", "Answer", "Promise", "Reminded", "Subject", "Waiver"]
