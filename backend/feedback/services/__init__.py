"""What is done about answers that are owed. Subjects call the names below in their own transactions."""

from .answers import ItsOwnAnswer, answer_by_itself
from .promises import NewPromise, open_promises, release_promise
from .subjects import NewSubject, move_subjects, open_subjects

__all__ = [
    "ItsOwnAnswer",
    "NewPromise",
    "NewSubject",
    "answer_by_itself",
    "move_subjects",
    "open_promises",
    "open_subjects",
    "release_promise",
]
