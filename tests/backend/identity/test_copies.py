"""A copy of one's own data: complete, harmless, for one person, once, and for a few minutes."""

from __future__ import annotations

import io
import json
import tracemalloc
from datetime import timedelta
from functools import partial
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from backend.core import personal_data
from backend.core.actor import Actor
from backend.core.due import walk
from backend.core.errors import NotAllowed
from backend.core.tenancy import in_municipality
from backend.identity.copy_file import write_copy
from backend.identity.models import DataExport, Person
from backend.identity.services.copies import (
    LINK_LIFE,
    ask_for_copy,
    exports_folder,
    fetch_copy,
    make_copy,
    path_of,
)
from backend.identity.services.leaving import leave
from backend.identity.states import ExportState, Role
from backend.notifications.models import Message
from backend.places.models import Portal
from backend.proposals.services.pictures import add_picture
from backend.proposals.services.votes import cast_vote
from tests.builders.people import actor_of, make_person
from tests.builders.plans import make_draft, make_plan
from tests.builders.portals import make_portal, system_of, visitor_of
from tests.builders.threads import at_once
from tests.builders.web import client_for

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'


def asked(person: Person, portal: Portal) -> DataExport:
    with in_municipality(portal.municipality_id):
        return ask_for_copy(actor=actor_of(person, portal), now=timezone.now())


def ready(person: Person, portal: Portal) -> DataExport:
    export = asked(person, portal)
    # The clock is in no municipality.
    with in_municipality(None):
        make_copy(export_id=export.pk, now=timezone.now())
    export.refresh_from_db()
    assert export.state == ExportState.READY
    return export


def address(export: DataExport) -> str:
    return f"/mijn/gegevens/kopie/{export.token}/"


def contents(data: bytes) -> tuple[str, dict[str, object], list[str]]:
    with ZipFile(io.BytesIO(data)) as archive:
        page = archive.read("gegevens.html").decode()
        return page, json.loads(archive.read("gegevens.json")), archive.namelist()


def read(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]  # of a file


def test_the_copy_is_everything_as_a_page_and_as_json_with_pictures(west: Portal) -> None:
    person = make_person(west, name="Fatima")
    actor = actor_of(person, west)
    now = timezone.now()
    draft = make_draft(west, proposer=actor, at=now, title="Mijn concept")
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    file.seek(0)
    add_picture(actor=actor, public_id=draft.public_id, upload=file, description="Kade", now=now)
    plan = make_plan(west, at=now, title="Van een ander")
    cast_vote(actor=actor, public_id=plan.public_id, now=now)
    export = ready(person, west)
    page, data, names = contents(path_of(export).read_bytes())
    for words in ("Fatima", person.email, "Mijn concept", "Van een ander", "Amsterdam"):
        assert words in page
    held = {kind["slug"]: kind["rows"] for kind in data["held"]}  # type: ignore[attr-defined]
    assert set(held) == {kind.slug for kind in personal_data.registered()}
    now_held = {kind.slug: len(list(kind.rows(person.pk))) for kind in personal_data.registered()}
    # The message that the copy is ready came after it.
    now_held["messages"] -= 1
    assert {slug: len(rows) for slug, rows in held.items()} == now_held
    assert f"bestanden/{draft.public_id}-1.webp" in names


@pytest.mark.parametrize(("language", "words"), [("nl", "Je stemmen"), ("en", "Your votes")])
def test_the_copy_is_in_the_language_of_the_person(west: Portal, language: str, words: str) -> None:
    person = make_person(west, language=language)
    with translation.override("en" if language == "nl" else "nl"):
        export = ready(person, west)
    page, _data, _names = contents(path_of(export).read_bytes())
    assert f'lang="{language}"' in page
    assert words in page


def test_nothing_that_somebody_typed_is_obeyed(west: Portal) -> None:
    person = make_person(west, name=HOSTILE)
    make_draft(west, proposer=actor_of(person, west), at=timezone.now(), title=HOSTILE, what=HOSTILE)
    page, data, _names = contents(path_of(ready(person, west)).read_bytes())
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert HOSTILE in json.dumps(data, ensure_ascii=False).replace('\\"', '"')


def test_nothing_of_other_people_is_in_it(west: Portal) -> None:
    person, other = make_person(west, name="Fatima"), make_person(west, name="Joop de Ander")
    plan = make_plan(west, proposer=actor_of(other, west), at=timezone.now())
    cast_vote(actor=actor_of(person, west), public_id=plan.public_id, now=timezone.now())
    page, data, _names = contents(path_of(ready(person, west)).read_bytes())
    assert "Joop" not in page + str(data)
    assert str(other.email) not in page + str(data)


def test_it_is_made_in_the_background_and_a_message_tells_so(west: Portal) -> None:
    person = make_person(west)
    browser = client_for(person, west)
    assert browser.post("/mijn/gegevens/kopie/").status_code == 302
    assert "is being made" in browser.get("/mijn/gegevens/kopie/").text
    walk(timezone.now())
    assert address(DataExport.objects.get()) in browser.get("/mijn/gegevens/kopie/").text
    told = Message.objects.get(person=person, template="copy_ready")
    assert (told.portal_id, told.context["address"]) == (west.pk, "/mijn/gegevens/kopie/")


def test_it_is_fetched_once_and_then_gone(west: Portal) -> None:
    person = make_person(west)
    export = ready(person, west)
    browser = client_for(person, west)
    assert browser.get(address(export)).status_code == 200
    assert browser.get(address(export)).status_code == 200
    response = browser.post(address(export))
    assert response.headers["Content-Disposition"] == 'attachment; filename="mijn-gegevens.zip"'
    assert response.headers["Cache-Control"] == "no-store"
    assert str(person.email) in contents(read(response))[0]
    for again in (browser.get(address(export)), browser.post(address(export))):
        assert again.status_code == 404
    walk(timezone.now())
    assert list(exports_folder().glob(export.file)) == []
    export.refresh_from_db()
    assert (export.file, export.state) == ("", ExportState.FETCHED)


def test_after_fifteen_minutes_the_link_is_dead_and_the_file_gone(west: Portal) -> None:
    person = make_person(west)
    export = ready(person, west)
    actor, end = actor_of(person, west), export.expires_at
    assert end is not None
    assert export.ready_at is not None
    assert end - export.ready_at == timedelta(minutes=15) == LINK_LIFE
    with pytest.raises(Exception, match="does not exist"):
        fetch_copy(actor=actor, token=export.token, now=end)
    file = path_of(export)
    walk(end - timedelta(seconds=1))
    assert file.exists()
    walk(end)
    assert not file.exists()
    export.refresh_from_db()
    assert export.state == ExportState.EXPIRED
    fetched = fetch_or_none(actor, export)
    assert fetched is None


def fetch_or_none(actor: Actor, export: DataExport) -> bytes | None:
    try:
        with fetch_copy(actor=actor, token=export.token, now=timezone.now()) as file:
            return file.read()
    except Exception:
        return None


# Who tries the address of a copy, and where. Everybody but its own person finds nothing.
TRIES = [
    "visitor",
    "other",
    "every role",
    "own at another portal",
    "own at another municipality",
    "signed out",
]


@pytest.mark.parametrize("who", TRIES)
@pytest.mark.parametrize("verb", ["get", "post"])
def test_nobody_else_finds_it(west: Portal, who: str, verb: str) -> None:
    person = make_person(west)
    export = ready(person, west)
    browser = trying(who, person, west)
    response = getattr(browser, verb)(address(export))
    assert response.status_code == 404
    assert fetch_or_none(actor_of(person, west), export) is not None


def trying(who: str, person: Person, west: Portal) -> Client:
    if who == "visitor":
        return client_for(None, west)
    if who == "other":
        return client_for(make_person(west), west)
    if who == "every role":
        return client_for(make_person(west, roles=list(Role)), west)
    if who == "own at another portal":
        return client_for(person, make_portal("noord"))
    if who == "own at another municipality":
        return client_for(person, make_portal("oosterpark", code="GM0014"))
    browser = client_for(person, west)
    browser.post("/afmelden/")
    return browser


def test_who_signed_in_long_ago_has_to_do_it_again(west: Portal) -> None:
    person = make_person(west)
    export = ready(person, west)
    browser = client_for(person, west, seconds_ago=600)
    for path in (address(export), "/mijn/gegevens/kopie/", "/mijn/weggaan/"):
        for verb in (browser.get, browser.post):
            answer = verb(path, {"understood": "on"})
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/aanmelden/opnieuw/")
    person.refresh_from_db()
    assert person.left_at is None
    assert fetch_or_none(actor_of(person, west), export) is not None


def test_an_assistant_gets_no_copy(west: Portal) -> None:
    person, assistant = make_person(west), make_person(west, roles=[Role.ASSISTANT])
    export = ready(person, west)
    helped = Actor(west.municipality_id, west.pk, person.pk, assistant_id=assistant.pk, mandate_id=1)
    assert fetch_or_none(helped, export) is None
    for actor in (helped, visitor_of(west), system_of(west)):
        with pytest.raises(NotAllowed):
            ask_for_copy(actor=actor, now=timezone.now())


def test_there_is_at_most_one_at_a_time(west: Portal) -> None:
    person = make_person(west)
    first = asked(person, west)
    assert asked(person, west).pk == first.pk
    make_copy(export_id=first.pk, now=timezone.now())
    assert asked(person, west).pk == first.pk
    DataExport.objects.filter(pk=first.pk).update(expires_at=timezone.now())
    second = asked(person, west)
    assert second.pk != first.pk
    assert DataExport.objects.filter(state=ExportState.EXPIRED).count() == 1


def test_making_it_twice_leaves_one_file(west: Portal) -> None:
    export = asked(make_person(west), west)
    for _ in range(2):
        make_copy(export_id=export.pk, now=timezone.now())
    export.refresh_from_db()
    assert [file.name for file in exports_folder().iterdir() if export.file in file.name] == [export.file]
    assert Message.objects.filter(template="copy_ready").count() == 1


def test_leaving_takes_the_copy_along(west: Portal, django_capture_on_commit_callbacks: object) -> None:
    person = make_person(west)
    export = ready(person, west)
    file = path_of(export)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's own
        leave(actor=actor_of(person, west), now=timezone.now())
    assert not file.exists()
    assert not DataExport.objects.exists()


def test_a_file_that_was_left_behind_is_swept_up(west: Portal) -> None:
    left = exports_folder() / "left.unfinished"
    left.write_bytes(b"x")
    make_copy(export_id=asked(make_person(west), west).pk, now=timezone.now() + timedelta(days=2))
    assert not left.exists()


def test_nobody_but_the_platform_can_read_the_file(west: Portal) -> None:
    file = path_of(ready(make_person(west), west))
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_a_life_full_of_messages_takes_no_more_memory(west: Portal, tmp_path: Path) -> None:
    def used(number: int) -> int:
        person = make_person(west)
        Message.objects.bulk_create(
            Message(
                municipality=west.municipality,
                portal=west,
                person=person,
                template="vote_received",
                subject=f"vote:{index}",
                reference=f"{number}-{index}",
                context={"title": "x" * 1_000, "address": "/", "counts": 1},
                channel="page",
                delivery="on_page",
                created_at=timezone.now(),
            )
            for index in range(number)
        )
        tracemalloc.start()
        write_copy(tmp_path / f"{number}.zip", person=person, now=timezone.now())
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    used(10)
    few, many = used(400), used(1_600)
    assert many < few * 1.5


@pytest.mark.django_db(transaction=True)
def test_eight_buttons_at_once_fetch_it_once() -> None:
    west = make_portal("west")
    person = make_person(west)
    export = ready(person, west)
    job = partial(fetch_or_none, actor_of(person, west), export)
    answers = at_once([job] * 8, municipality_id=west.municipality_id)
    assert sum(isinstance(answer, bytes) for answer in answers) == 1


@pytest.mark.django_db(transaction=True)
def test_asking_in_eight_tabs_at_once_gives_one_copy() -> None:
    west = make_portal("west")
    person = make_person(west)
    answers = at_once([partial(asked, person, west)] * 8, municipality_id=west.municipality_id)
    assert len({answer.pk for answer in answers if isinstance(answer, DataExport)}) == 1
    assert DataExport.objects.count() == 1
