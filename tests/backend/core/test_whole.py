"""A request that was cut off half-way is not acted on."""

import io
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import UnreadablePostError

from backend.core.web.whole import only_whole_requests

URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "b"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
HEADER = 'Content-Disposition: form-data; name="what"'
PART = f"--{BOUNDARY}\r\n{HEADER}\r\n\r\nBankjes\r\n--{BOUNDARY}--\r\n".encode()


def what_was_typed(body: bytes, *, length: int, content_type: str) -> str:
    """The field that Django finds in a request of which so many bytes were announced."""
    found: list[str] = []

    def pages(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        found.append(WSGIRequest(environ).POST["what"])
        return []

    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(length),
        "wsgi.input": io.BytesIO(body),
    }
    setup_testing_defaults(environ)
    only_whole_requests(pages)(environ, None)
    return found[0]


@pytest.mark.parametrize(("body", "content_type"), [(b"what=Bankjes", URLENCODED), (PART, MULTIPART)])
def test_a_whole_request_is_read_as_ever(body: bytes, content_type: str) -> None:
    assert what_was_typed(body, length=len(body), content_type=content_type) == "Bankjes"


@pytest.mark.parametrize(("body", "content_type"), [(b"what=Bankjes", URLENCODED), (PART, MULTIPART)])
def test_half_a_request_is_no_request(body: bytes, content_type: str) -> None:
    with pytest.raises(UnreadablePostError):
        what_was_typed(body[:-4], length=len(body), content_type=content_type)


def test_a_request_without_a_body_needs_none() -> None:
    with pytest.raises(KeyError):
        what_was_typed(b"", length=0, content_type=URLENCODED)
