"""The codes on letters: how they are made, how people type them, and what is kept of them. No queries."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import unicodedata

# Crockford's 32 signs: no I, L, O or U, so nothing looks like something else and few words come out.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Eight of 32 signs are exactly 40 bits.
LENGTH = 8
# Nobody types more than this, also with spaces and dashes between all signs.
LONGEST_TYPED = 40
FORMAT = "meebeslissen-letter-code/1"
_LOOK_ALIKES = str.maketrans("OIL", "011")


def new_code() -> str:
    """A code that nobody can guess. It is printed once and then known by its hash only."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown_code(code: str) -> str:
    """As it stands on the letter: XXXX-XXXX."""
    return f"{code[:4]}-{code[4:]}"


def normal_code(typed: str) -> str | None:
    """What somebody typed as it was printed, or None when it cannot be a code.

    Small letters, spaces and dashes make no difference, and O, I and L count as the digits they look like.
    """
    if len(typed) > LONGEST_TYPED:
        return None
    plain = unicodedata.normalize("NFKC", typed).upper()
    signs = "".join(sign for sign in plain if not (sign.isspace() or unicodedata.category(sign) == "Pd"))
    code = signs.translate(_LOOK_ALIKES)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def code_digest(code: str, *, key: str, municipality_id: int) -> str:
    """HMAC-SHA256 of a code for one municipality: a code of one is unknown at the other."""
    text = json.dumps([FORMAT, municipality_id, code])
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
