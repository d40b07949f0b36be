"""Three ways to do the same: with a mouse, with the keyboard alone, and without scripts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator

MOST_TABS = 150
# Where the focus is, and whether somebody who looks can tell.
FOCUS = """
(target) => {
  const here = document.activeElement;
  const style = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  // The button that opens a calendar is the browser's own, and so is the ring around it.
  const isDate = here.type === "date";
  const outlined = isDate || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
  const isSameGroup = target.type === "radio" && here.type === "radio" && here.name === target.name;
  return {
    arrived: here === target || isSameGroup,
    nowhere: here === document.body,
    visible: outlined && box.width > 1 && box.height > 1,
    what: here.outerHTML.slice(0, 150),
  };
}
"""


class Hands(Protocol):
    def press(self, target: Locator) -> None: ...
    def write(self, target: Locator, text: str) -> None: ...
    def choose(self, target: Locator, label: str) -> None: ...
    def tick(self, target: Locator) -> None: ...
    def date(self, target: Locator, day: date) -> None: ...
    def attach(self, target: Locator, file: Path) -> None: ...


class Mouse:
    """Pointing and clicking. Also what somebody without scripts does."""

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.click()
        target.fill(text)

    def choose(self, target: Locator, label: str) -> None:
        target.select_option(label=label)

    def tick(self, target: Locator) -> None:
        target.check()

    def date(self, target: Locator, day: date) -> None:
        target.fill(day.isoformat())

    def attach(self, target: Locator, file: Path) -> None:
        with target.page.expect_file_chooser() as choosing:
            target.click()
        choosing.value.set_files(file)


class Keyboard:
    """Tab, Shift, Enter, Space and arrows. At every stop it must be visible where one is."""

    def press(self, target: Locator) -> None:
        self._go_to(target)
        target.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self._go_to(target)
        target.page.keyboard.press("ControlOrMeta+A")
        target.page.keyboard.type(text)

    def choose(self, target: Locator, label: str) -> None:
        self._go_to(target)
        target.page.keyboard.type(label)
        assert target.evaluate("(select) => select.selectedOptions[0].label") == label

    def tick(self, target: Locator) -> None:
        self._go_to(target)
        keyboard = target.page.keyboard
        keyboard.press("Space")
        for _ in range(10):
            if target.is_checked():
                return
            keyboard.press("ArrowDown")
        raise AssertionError("The arrows did not reach this choice.")

    def date(self, target: Locator, day: date) -> None:
        self._go_to(target)
        # Whether the day or the month comes first depends on the machine.
        assert day.day == day.month
        target.page.keyboard.type(f"{day:%d%m%Y}")
        assert target.input_value() == day.isoformat()

    def attach(self, target: Locator, file: Path) -> None:
        with target.page.expect_file_chooser() as choosing:
            self._go_to(target)
            target.page.keyboard.press("Space")
        choosing.value.set_files(file)

    def _go_to(self, target: Locator) -> None:
        target.wait_for()
        for _ in range(MOST_TABS):
            found = target.evaluate(FOCUS)
            if found["arrived"]:
                return
            target.page.keyboard.press("Tab")
            found = target.evaluate(FOCUS)
            assert found["nowhere"] or found["visible"], f"no visible focus on {found['what']}"
        raise AssertionError(f"{target} cannot be reached with Tab.")
