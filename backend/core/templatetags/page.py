"""What every template can use without loading it."""

from datetime import date
from functools import cache

from django import template
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from backend.core.html import text_as_html

register = template.Library()


@register.filter
def as_html(text: str) -> SafeString:
    """Text of a person as harmless paragraphs."""
    return text_as_html(text)


@register.filter
def from_iso(day: str) -> date:
    """A day that was kept as text in a message, to be shown in the reader's language."""
    return date.fromisoformat(day)


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: object) -> str:
    """This page's address with some of its filters changed; None takes one away."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    if "taal" not in changes:
        # The cookie remembers it; in every address it would keep pages from being stored.
        query.pop("taal", None)
    if "pagina" not in changes:
        # Another filter begins at its first page.
        query.pop("pagina", None)
    return "?" + query.urlencode()


@register.simple_tag
def lemniscate(phase: int, size: str) -> SafeString:
    """The lemniscate with one of its four phases lit: drawn once, for a list shows it on every card."""
    return _drawn(phase, size, get_language())


@cache
def _drawn(phase: int, size: str, language: str | None) -> SafeString:
    return render_to_string("components/lemniscate.html", {"phase": phase, "size": size})
