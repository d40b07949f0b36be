"""What wants to be more than text, and how to see in a page that it became it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# Everything that once worked somewhere. It makes a tag of its own, so that no tag of ours is taken for it.
SCRIPT = """<script>alert(1)</script>"'><img src=x onerror=alert(2)><x-evil onload=alert(3)>"""
TEMPLATE = "{{7*7}}{% raw %}"
PAPER = '#import "/etc/passwd": * #read("x") $x^2$ @ref'
FORMULA = '=HYPERLINK("http://evil.example","x")'
TURNED = "\u202etxet denrut\u2066\u200b\u200d\ufeff"
LONG = "x" * 400
HOSTILE = f"{SCRIPT}{TEMPLATE}"
LONG_HOSTILE = (
    f"{FORMULA}\n{SCRIPT}\n\n{TEMPLATE}\n{PAPER}\n<svg onload=alert(4)><a href='javascript:alert(5)'>x</a>\n"
    f'javascript:alert(6) data:text/html,<script>alert(7)</script> https://x.example/"onclick=alert(8)\n'
    f"Bcc: everybody@evil.example\r\n--\r\n🌳{TURNED}\n{LONG}"
)
ALLOWED_SCRIPTS = re.compile(r"/static/[\w.-]+\.js")
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset", "content"}
# What a text that is obeyed would bring: none of our pages has these.
FOREIGN = {"iframe", "object", "embed", "base", "x-evil", "frame", "applet", "portal"}


class _Findings(HTMLParser):
    """Anything in a page that would run, load from elsewhere or came from what somebody typed."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        for name, value in values.items():
            address = re.sub(r"[\s\x00-\x1f]", "", value).lower()
            if name.startswith("on") or name in {"style", "srcdoc", "x-evil"}:
                self.wrong.append(f"<{tag} {name}={value!r}>")
            if name in ADDRESSES and address.startswith(("javascript:", "vbscript:", "data:text")):
                self.wrong.append(f"<{tag} {name}={value!r}>")
        if tag == "img" and values.get("src") == "x":
            self.wrong.append("<img src=x>")
        if tag == "script" and not self._is_ours(values):
            self.wrong.append(f"<script {attrs}>")
        if tag in FOREIGN or (tag == "meta" and values.get("http-equiv", "").lower() == "refresh"):
            self.wrong.append(f"<{tag} {attrs}>")

    def _is_ours(self, values: dict[str, str]) -> bool:
        return bool(ALLOWED_SCRIPTS.fullmatch(values.get("src", "")))


def wrong_in(html: str) -> list[str]:
    """What in a page is more than text, or came to life. Nothing in a page that is well."""
    findings = _Findings()
    findings.feed(html)
    findings.close()
    if "}}49" in html or re.search(r"(?<![\w&#;-])49\{%", html):
        findings.wrong.append("the template in it was carried out")
    return findings.wrong
