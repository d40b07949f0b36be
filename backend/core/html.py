"""Text of people made harmless. The only place that knows bleach."""

import re

import bleach
from django.utils.safestring import SafeString

_BLANK_LINES = re.compile(r"\n\s*\n+")


def text_as_html(text: str) -> SafeString:
    """Plain text as paragraphs with clickable web addresses; tags in it are shown as typed, never obeyed."""
    paragraphs = [part.strip() for part in _BLANK_LINES.split(text.replace("\r\n", "\n")) if part.strip()]
    escaped = "".join(f"<p>{_escape(part)}</p>" for part in paragraphs)
    linked = bleach.linkify(escaped, callbacks=[_outward_link], parse_email=False)
    return SafeString(linked)


def _escape(part: str) -> str:
    return "<br>".join(bleach.clean(line, tags=set(), strip=False) for line in part.split("\n"))


def _outward_link(attrs: dict, new: bool = False) -> dict | None:  # type: ignore[type-arg]  # bleach's own shape
    href = attrs.get((None, "href"), "")
    if not href.startswith(("http://", "https://")):
        return None
    attrs[(None, "rel")] = "nofollow noopener ugc"
    return attrs
