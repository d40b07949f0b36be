"""Text that wants to be more than text."""

from __future__ import annotations

import re
import time

import pytest

from backend.core.html import text_as_html

SECONDS = 3


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("een &amp; twee", "<p>een &amp;amp; twee</p>"),
        ("een\ntwee\r\n\r\ndrie", "<p>een<br>twee</p><p>drie</p>"),
        ("een\rtwee", "<p>een<br>twee</p>"),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        (
            "Zie https://a.nl/?x=1&y=2, en www.b.nl.",
            '<p>Zie <a href="https://a.nl/?x=1&amp;y=2" rel="nofollow noopener ugc">https://a.nl/?x=1&amp;y=2</a>,'
            ' en <a href="http://www.b.nl" rel="nofollow noopener ugc">www.b.nl</a>.</p>',
        ),
        (
            "HTTPS://A.nl<b>",
            '<p><a href="HTTPS://A.nl" rel="nofollow noopener ugc">HTTPS://A.nl</a>&lt;b&gt;</p>',
        ),
    ],
)
def test_text_is_shown_as_it_was_typed(typed: str, shown: str) -> None:
    assert text_as_html(typed) == shown


@pytest.mark.parametrize("quote", ['"', "'", "`"])
def test_an_address_cannot_leave_its_attribute(quote: str) -> None:
    html = text_as_html(f"http://a.nl/{quote}onmouseover={quote}alert(1) <img src=x onerror=alert(1)>")
    tags = re.findall(r"<[^>]*>", html)
    links = [tag for tag in tags if tag not in ("<p>", "</p>", "</a>")]
    assert len(links) == 1
    assert re.fullmatch(r'<a href="[^"]*" rel="nofollow noopener ugc">', links[0])


@pytest.mark.parametrize(
    "piece", ["(", "a-", "a.", "www.", "(http://", "http://a)", "&", "<", "a\n", "a@", "http://a&", "x.nl/"]
)
def test_no_text_keeps_a_page_busy(piece: str) -> None:
    # What grows with the square of the length takes minutes here instead of a moment.
    start = time.monotonic()
    text_as_html((piece * 40_000)[:40_000])
    assert time.monotonic() - start < SECONDS
