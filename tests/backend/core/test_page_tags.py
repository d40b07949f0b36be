"""What every template can use without loading it."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

DRAWN = Template('{% lemniscate phase=phase size="small" %}')


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("phase", [1, 2, 3, 4])
def test_a_lemniscate_is_the_one_of_its_phase_and_language_each_time(phase: int, language: str) -> None:
    with translation.override(language):
        fresh = render_to_string("components/lemniscate.html", {"phase": phase, "size": "small"})
        assert DRAWN.render(Context({"phase": phase})) == fresh
        assert DRAWN.render(Context({"phase": phase})) == fresh


def test_every_phase_looks_different() -> None:
    with translation.override("en"):
        assert len({DRAWN.render(Context({"phase": phase})) for phase in (1, 2, 3, 4)}) == 4
