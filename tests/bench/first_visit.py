"""What a browser that was never here before fetches to show the list."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import sync_playwright

from .server import Server
from .table import Row, at_most

MOST_REQUESTS = 12
MOST_KILOBYTES = 100
QUIET_MILLISECONDS = 1_000


@dataclass
class Visit:
    requests: int = 0
    bytes: int = 0


def visit(server: Server, *, host: str) -> Visit | None:
    """Requests and bytes over the line, headers included, without pictures of plans and tiles of the map.

    None where there is no chromium.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        return None
    seen = Visit()
    pictures: set[str] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            # Nothing outside this machine is asked, so tiles of the map do not come.
            args=["--no-sandbox", f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {host}"],
        )
        page = browser.new_context(extra_http_headers={"X-Forwarded-Proto": "https"}).new_page()
        protocol = page.context.new_cdp_session(page)
        protocol.send("Network.enable")

        def asked(event: dict[str, Any]) -> None:
            if "/foto/" in event["request"]["url"]:
                pictures.add(event["requestId"])

        def arrived(event: dict[str, Any]) -> None:
            if event["requestId"] not in pictures and event["encodedDataLength"]:
                seen.requests += 1
                seen.bytes += int(event["encodedDataLength"])

        protocol.on("Network.requestWillBeSent", asked)
        protocol.on("Network.loadingFinished", arrived)
        page.goto(f"http://{host}:{server.port}/", wait_until="load")
        page.wait_for_timeout(QUIET_MILLISECONDS)
        browser.close()
    return seen


def rows_of(seen: Visit | None) -> list[Row]:
    if seen is None:
        missing = "not measured: chromium is missing (apt-get install chromium)"
        return [Row("First visit of the list", f"at most {MOST_KILOBYTES} kB", missing, False)]
    return [
        at_most("First visit of the list: requests", MOST_REQUESTS, seen.requests, "requests", digits=0),
        at_most("First visit of the list: bytes", MOST_KILOBYTES, seen.bytes / 1_000, "kB"),
    ]
