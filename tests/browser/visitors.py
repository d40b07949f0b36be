"""People at a browser, and what the browser had to complain about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from django.core import mail
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, Response

from .site import Site

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
PATIENCE = 10_000
TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP", event.violatedDirective, event.blockedURI, event.sourceFile));
"""
BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing leaves this machine, also where there is a way out: the map's pictures never come.
    "--host-resolver-rules=MAP *.localhost 127.0.0.1, MAP *.nl ~NOTFOUND",
]


@dataclass
class Watch:
    """Everything a page complained about or asked of somebody else."""

    complaints: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    # Of pages, not of what they are made of.
    statuses: list[int] = field(default_factory=list)

    def hears(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        page = message.page
        # The browser reports the status of an error page itself. That status is meant.
        is_own_status = page is not None and message.location.get("url", "") == page.url
        if not (is_own_status and message.text.startswith("Failed to load resource")):
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def gets(self, response: Response) -> None:
        if response.request.is_navigation_request() and not 300 <= response.status < 400:
            self.statuses.append(response.status)

    def strangers(self) -> set[str]:
        """Hosts other than our own that were asked for anything."""
        hosts = {request.url.split("/")[2].split(":")[0] for request in self.requests if "//" in request.url}
        return {host for host in hosts if host != "localhost" and not host.endswith(".localhost")}


class Visitor:
    """Somebody at a portal, with a browser of their own."""

    def __init__(
        self,
        chromium: Browser,
        site: Site,
        hostname: str,
        *,
        size: dict[str, int] = PHONE,
        language: str = "en",
        scripts: bool = True,
    ) -> None:
        self.site, self.hostname = site, hostname
        self.context = chromium.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            locale={"en": "en-GB", "nl": "nl-NL"}[language],
            timezone_id="Europe/Amsterdam",
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        self.context.set_default_timeout(PATIENCE)
        self.watch = Watch()
        self.context.on("console", self.watch.hears)
        self.context.on("weberror", lambda error: self.watch.complaints.append(f"fault: {error.error}"))
        self.context.on("request", lambda request: self.watch.requests.append(request))
        self.context.on("response", self.watch.gets)
        if scripts:
            self.context.add_init_script(TELL_VIOLATIONS)
        self.page: Page = self.context.new_page()

    def __enter__(self) -> Visitor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.context.close()

    def go(self, path: str) -> Response:
        response = self.page.goto(self.site.address(self.hostname, path))
        assert response is not None
        return response

    def be(self, slug: str) -> Visitor:
        """Sign in as one of the made-up people, by their button."""
        self.go("/aanmelden/")
        self.page.locator(f'form[action="/aanmelden/als/{slug}/"] button').click()
        self.page.wait_for_load_state()
        return self

    def button(self, name: str, *, exact: bool = True) -> Locator:
        """What says that it does something, be it a button or a link that looks like one."""
        inside = self.page.locator("main")
        return inside.get_by_role("button", name=name, exact=exact).or_(
            inside.get_by_role("link", name=name, exact=exact)
        )

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True)

    def photograph(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png", full_page=True)


def mailed_code(email: str) -> str:
    """The code of the last mail to an address."""
    letters = [letter for letter in mail.outbox if email in letter.to]
    assert letters, f"no mail for {email}, only for {[letter.to for letter in mail.outbox]}"
    found = re.search(r"code: (\S+)", letters[-1].body)
    assert found, letters[-1].body
    return found[1]
