"""Colours that can be read, and values that cannot become anything else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.errors import InvalidInput
from backend.places.demo import DEMO_PORTALS
from backend.places.house_style import (
    PAIRS,
    TOKENS,
    Colour,
    FontStack,
    Length,
    checked,
    contrast,
    css_of,
    version_of,
)

colours = st.builds(Colour, *[st.integers(0, 255)] * 3)


def colour(text: str) -> Colour:
    found = Colour.parse(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    # As published with WCAG and in common use: #767676 is the lightest grey that passes on white.
    [
        ("#000000", "#ffffff", 21.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#f00", "#fff", 4.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(colour(one), colour(other)) == pytest.approx(ratio, abs=0.005)


@given(colours, colours)
def test_contrast_is_the_same_both_ways_and_between_1_and_21(one: Colour, other: Colour) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0001


@given(colours)
def test_a_colour_is_read_back_as_it_was_written(value: Colour) -> None:
    assert Colour.parse(str(value)) == value


def test_the_defaults_can_be_read() -> None:
    assert checked({}) == {}
    assert checked({name: token.default for name, token in TOKENS.items()})


@pytest.mark.parametrize("portal", DEMO_PORTALS, ids=lambda portal: portal.slug)
def test_the_demo_portals_can_be_read_and_differ(portal) -> None:  # type: ignore[no-untyped-def]
    assert checked(portal.details.house_style) == portal.details.house_style
    assert len({css_of(other.details.house_style) for other in DEMO_PORTALS}) == len(DEMO_PORTALS)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.front} on {pair.back}")
def test_every_pair_that_lies_on_each_other_is_checked(pair) -> None:  # type: ignore[no-untyped-def]
    same = checked({})
    same[pair.front] = TOKENS[pair.back].default
    with pytest.raises(InvalidInput) as caught:
        checked(same)
    assert pair.front in str(caught.value)
    assert pair.back in str(caught.value)
    assert "1.00" in str(caught.value)
    assert caught.value.field == "house_style"


def test_a_ratio_just_below_is_not_rounded_up_to_enough() -> None:
    with pytest.raises(InvalidInput, match=r"of 4\.47\. At least 4\.5"):
        checked({"mb-color-text": "#777777"})


def test_values_are_written_in_one_way() -> None:
    assert checked({"mb-color-text": " #ABC ".replace("ABC", "000"), "mb-radius": "0.50REM"}) == {
        "mb-color-text": "#000000",
        "mb-radius": "0.5rem",
    }
    assert str(FontStack.parse("'Fira Sans', Arial, sans-serif")) == '"Fira Sans", "Arial", sans-serif'
    assert Length.parse("100px") is None


HOSTILE = [
    "red; } body { display: none",
    "#fff; background: url(//evil.example)",
    "url(javascript:alert(1))",
    "var(--x)",
    "#ffffff\n}",
    "</style><script>",
    "expression(1)",
    "12px/*",
    "Arial\\, sans-serif",
    "",
    "#12",
    "#ffffffff",
    "١px",
]


@pytest.mark.parametrize("name", TOKENS)
@pytest.mark.parametrize("value", [*HOSTILE, None, 12, ["#fff"], {"a": 1}])
def test_nothing_but_a_typed_value_is_accepted(name: str, value: object) -> None:
    with pytest.raises(InvalidInput, match=name):
        checked({name: value})


def test_an_unknown_token_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match="mb-color-glitter"):
        checked({"mb-color-glitter": "#ffffff"})


# The signs that mean something in a style sheet, and some that only look like those that are allowed.
signs = st.text("#;:{}()/*\\\"'<>\n\x00 ,.-0129afpxremArial١é", max_size=30)


@given(st.dictionaries(st.sampled_from(list(TOKENS)), st.one_of(signs, st.sampled_from(HOSTILE))))
def test_a_style_sheet_is_one_rule_of_plain_declarations_whatever_is_stored(tokens: dict[str, str]) -> None:
    lines = css_of(tokens).splitlines()
    assert lines[0] == ".theme-portal {"
    assert lines[-1] == "}"
    assert len(lines) == len(TOKENS) + 2
    for line in lines[1:-1]:
        assert re.fullmatch(r'  --mb-[a-z-]+: (#[0-9a-f]{6}|[0-9.]+(px|rem)|["A-Za-z0-9 ,-]+);', line), line


def test_what_a_portal_stores_reaches_the_style_sheet() -> None:
    assert "  --mb-color-accent: #1b6b3c;" in css_of({"mb-color-accent": "#1b6b3c"})
    assert f"  --mb-color-accent: {TOKENS['mb-color-accent'].default};" in css_of({})


def test_the_mark_of_a_style_changes_with_it_and_with_nothing_else() -> None:
    one = {"mb-radius": "2px", "mb-color-text": "#000000"}
    assert version_of(one) == version_of(dict(reversed(one.items())))
    assert version_of(one) != version_of({**one, "mb-radius": "3px"})
    assert re.fullmatch(r"[0-9a-f]{12}", version_of({}))
