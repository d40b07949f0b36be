"""Ways of writing that undo a protection, wherever they stand."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.conf import settings

# Each: what it undoes, the files it is looked for in, the pattern, and the one file that may.
WRITTEN = [
    pytest.param(
        ["backend/**/*.py", "panels/**/*.py"],
        r"\b(mark_safe|SafeString\(|SafeText\(|html_safe)",
        {"backend/core/html.py"},
        id="text of people reaches a page unescaped",
    ),
    pytest.param(
        ["frontend/templates/**/*.html"],
        r"\|\s*safe(seq)?\b|{%\s*autoescape\s+off",
        set(),
        id="text of people reaches a page unescaped, from a template",
    ),
    pytest.param(
        ["backend/**/*.py", "panels/**/*.py"],
        r"^\s*(import|from)\s+bleach\b",
        {"backend/core/html.py"},
        id="text is made harmless in a second place",
    ),
    pytest.param(
        ["backend/**/*.py", "panels/**/*.py"],
        r"\b(post|pre)_(save|delete)\b|\bm2m_changed\b",
        set(),
        id="something happens because a row was saved",
    ),
    pytest.param(
        ["backend/**/*.py", "panels/**/*.py"],
        r"\bcsrf_exempt\b",
        # Mail programs send this form themselves; the key in its address is what allows it (RFC 8058).
        {"backend/notifications/web/unsubscribing.py"},
        id="another site can act in the name of a visitor",
    ),
    pytest.param(
        ["frontend/templates/**/*.html"],
        r"""<style\b|\sstyle=|\son[a-z]+\s*=\s*["']|javascript:|<script\b(?![^>]*\ssrc=)""",
        set(),
        id="style or script inside a page, which the security policy blocks",
    ),
]


def places(patterns: Iterable[str], pattern: str, root: Path) -> set[str]:
    return {
        path.relative_to(root).as_posix()
        for folder in patterns
        for path in root.glob(folder)
        if re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE)
    }


@pytest.mark.parametrize(("files", "pattern", "allowed"), WRITTEN)
def test_nobody_writes_it(files: list[str], pattern: str, allowed: set[str]) -> None:
    assert places(files, pattern, settings.ROOT) <= allowed


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "page = mark_safe(text)"),
        (1, "<p>{{ plan.title|safe }}</p>"),
        (1, "{% autoescape off %}{{ plan.title }}{% endautoescape %}"),
        (2, "from bleach import clean"),
        (3, "@receiver(post_save, sender=Plan)"),
        (4, "@csrf_exempt"),
        (5, '<p style="color: red">'),
        (5, "<button type=button onclick='vote()'>"),
        (5, "<script>vote()</script>"),
        (5, '<script type="module">vote()</script>'),
    ],
)
def test_it_would_be_seen(number: int, text: str, tmp_path: Path) -> None:
    files, pattern, _allowed = WRITTEN[number].values
    path = tmp_path / files[0].replace("**/*", "deep/one")
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert places(files, pattern, tmp_path)
