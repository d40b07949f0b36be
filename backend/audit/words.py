"""Plain words for what stands on record. Each app says its own in `record_words.py`; an unknown code is shown
as it is."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, Promise | str]

_actions: Words = {
    "audit.read": _("Read the record"),
    "audit.exported": _("Saved a part of the record"),
    "audit.verification_asked": _("Had the record checked"),
}
_targets: Words = {"audit.verification": _("Check of the record")}
_roles: Words = {}


def register(
    *,
    actions: Mapping[str, Promise | str] | None = None,
    targets: Mapping[str, Promise | str] | None = None,
    roles: Mapping[str, Promise | str] | None = None,
) -> None:
    """Give actions, kinds of targets and roles the words that auditors read."""
    _actions.update(actions or {})
    _targets.update(targets or {})
    _roles.update(roles or {})


def word_of_action(code: str) -> str:
    return str(_actions.get(code, code))


def word_of_target(code: str) -> str:
    return str(_targets.get(code, code))


def words_of_roles(codes: str) -> str:
    """Roles as they stand on record, with commas between them."""
    return ", ".join(str(_roles.get(code, code)) for code in codes.split(",") if code)


def known_actions() -> list[tuple[str, str]]:
    """Every action that has words, in the order of those words."""
    return _sorted(_actions)


def known_targets() -> list[tuple[str, str]]:
    return _sorted(_targets)


def known_roles() -> list[tuple[str, str]]:
    return _sorted(_roles)


def _sorted(words: Words) -> list[tuple[str, str]]:
    return sorted(((code, str(word)) for code, word in words.items()), key=lambda pair: pair[1].casefold())
