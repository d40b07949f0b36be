"""Text of people made harmless. The only place that knows bleach."""

import re
from html import escape

from bleach.linkifier import Linker
from django.utils.safestring import SafeString

_BLANK_LINES = re.compile(r"\n\s*\n+")
# Simple on purpose: bleach's own way to find addresses takes seconds on a page full of brackets.
_ADDRESS = re.compile(r"\b(?:https?://|www\.)(?:(?!&[lg]t;)[^\s<>\"])+", re.IGNORECASE)


def text_as_html(text: str) -> SafeString:
    """Plain text as paragraphs with clickable web addresses; tags in it are shown as typed, never obeyed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    paragraphs = [part.strip() for part in _BLANK_LINES.split(lines) if part.strip()]
    escaped = "".join(f"<p>{_escape(part)}</p>" for part in paragraphs)
    if not _ADDRESS.search(escaped):
        # Nothing to make clickable: reading it all again as a page would take most of the time.
        return SafeString(escaped)
    linker = Linker(callbacks=[_outward_link], url_re=_ADDRESS, parse_email=False)
    return SafeString(linker.linkify(escaped))


def to_read_out(text: str) -> str:
    """The same for a voice: without the lines that lead to a web address."""
    return "\n".join(line for line in text.splitlines() if not _ADDRESS.search(line)).strip()


def _escape(part: str) -> str:
    return escape(part, quote=False).replace("\n", "<br>")


def _outward_link(attrs: dict, new: bool = False) -> dict | None:  # type: ignore[type-arg]  # bleach's own shape
    href = attrs.get((None, "href"), "")
    if not href.lower().startswith(("http://", "https://")):
        return None
    attrs[(None, "rel")] = "nofollow noopener ugc"
    return attrs
