"""Batches of letters: what is printed, how it survives a crash, and when it goes."""

from __future__ import annotations

import io
import logging
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pypdf
import pytest

from backend.audit.models import Entry
from backend.core.due import walk
from backend.core.errors import InvalidInput, NotAllowed, NotFound
from backend.core.private_files import private_folder, remove_private_folder
from backend.core.tenancy import in_municipality
from backend.identity.errors import AlreadyRevoked, ListNotReady, NamesRemoved
from backend.identity.letter_codes import normal_code
from backend.identity.models import Letter, LetterRun, ListedResident, ResidentList
from backend.identity.selectors.letters import count_letters
from backend.identity.services import letter_printing
from backend.identity.services.letters import (
    fetch_file,
    file_of,
    replace_letter,
    revoke_letter,
    revoke_run,
    start_run,
)
from backend.identity.services.redeeming import redeem_letter_code
from backend.identity.states import LetterState, ListKind, ListState, Role, RunState
from backend.places.models import Portal
from tests.builders.letters import (
    PEOPLE_HEADINGS,
    again,
    codes_of,
    import_list,
    make_letters,
    organiser_of,
    pdfs_of,
    people_csv,
    print_letters,
    print_on,
    run_again,
)
from tests.builders.people import make_actor
from tests.builders.portals import make_portal, visitor_of
from tests.builders.threads import at_once

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
LAST_DAY = date(2027, 3, 1)


def read(run: LetterRun) -> pypdf.PdfReader:
    (content,) = pdfs_of(run)
    return pypdf.PdfReader(io.BytesIO(content))


def test_a_letter_is_a_tagged_page_with_everything_that_is_needed(west: Portal) -> None:
    Portal.objects.filter(pk=west.pk).update(counter_address="Stadsloket West, Bos en Lommerplein 250")
    row = "Özil;Noor;1991-02-03;1055TK;12;hs;Kade;Amsterdam"
    run, (code,) = make_letters(
        west, at=NOW, content=f"{PEOPLE_HEADINGS}\n{row}\n", valid_until=date(2027, 3, 1)
    )
    pdf = read(run)
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert root["/Lang"] == "nl"
    text = " ".join(pdf.pages[0].extract_text().split())
    for words in (
        "Noor Özil",
        "Kade 12 hs",
        "1055 TK Amsterdam",
        "Retour: Stadsloket West",
        "Uw code om te stemmen in West",
        "Beste Noor Özil,",
        "U hebt geen account en geen e-mailadres nodig.",
        "west.localhost:8000/brief",
        "De code werkt tot en met 1 maart 2027.",
        "Bel 14 091",
        "In English",
        "It works until 1 March 2027.",
        "1-1",
        code,
    ):
        assert words in text, words
    assert len(pdf.pages) == 1


def test_an_address_gets_a_letter_without_a_name(west: Portal) -> None:
    run, codes = make_letters(west, 2, at=NOW, kind=ListKind.ADDRESSES)
    text = " ".join(read(run).pages[0].extract_text().split())
    assert "Aan de bewoners van" in text
    assert "Beste bewoner," in text
    assert "bent u 16 jaar of ouder" in text
    assert len(set(codes)) == 2


def test_who_reads_english_gets_it_first(west: Portal) -> None:
    content = f"{PEOPLE_HEADINGS};Taal\nSmith;Ann;1991-02-03;1055TK;12;;;;Engels\n"
    run, _codes = make_letters(west, at=NOW, content=content)
    text = " ".join(read(run).pages[0].extract_text().split())
    assert text.index("Dear Ann Smith,") < text.index("In het Nederlands")


def test_names_of_every_kind_fit_and_instruct_nobody(west: Portal) -> None:
    names = ["#panic()", "Nguyễn-Đặng", "🌳van Boom", "x" * 190, "<b>O'Neill & zn</b>", "שלום א"]
    rows = [f"{name};Noor;1991-02-0{n};1055TK;{n};;;" for n, name in enumerate(names, start=1)]
    run, codes = make_letters(west, at=NOW, content="\n".join([PEOPLE_HEADINGS, *rows]))
    assert len(codes) == len(names) == len(read(run).pages)


def test_the_house_style_of_the_portal_is_printed(west: Portal) -> None:
    Portal.objects.filter(pk=west.pk).update(house_style={"mb-color-accent": "#ff0000"})
    run, _codes = make_letters(west, at=NOW)
    assert b"1 0 0 rg" in read(run).pages[0].get_contents().get_data() or "1 0 0" in str(
        read(run).pages[0].get_contents().get_data()
    )


def test_codes_are_kept_nowhere_but_on_paper(west: Portal, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _run, codes = make_letters(west, 3, at=NOW)
    assert len({normal_code(code) for code in codes}) == 3
    kept = str(
        [list(model.objects.values_list()) for model in (Letter, LetterRun, ListedResident, ResidentList)]
    )
    kept += str(list(Entry.objects.values_list())) + caplog.text
    for code in codes:
        assert code not in kept
        assert code.replace("-", "") not in kept


def test_five_hundred_letters_are_a_pdf_and_more_are_a_zip(west: Portal, monkeypatch: Any) -> None:
    monkeypatch.setattr(letter_printing, "PART", 3)
    run, codes = make_letters(west, 3, at=NOW)
    path = file_of(run)
    assert path is not None and path.suffix == ".pdf"  # noqa: PT018
    run = print_letters(import_list(west, people_csv(7, first=10), at=NOW), at=NOW)
    path = file_of(run)
    assert path is not None and path.suffix == ".zip"  # noqa: PT018
    assert [len(pypdf.PdfReader(io.BytesIO(pdf)).pages) for pdf in pdfs_of(run)] == [3, 3, 1]
    assert len({*codes, *codes_of(run)}) == 10
    assert [path.name for path in private_folder("letters", run.public_id).iterdir()] == ["letters.zip"]


class PowerCut(BaseException):
    """Not an error that anything catches."""


@pytest.mark.parametrize("moment", ["printed", "kept"])
def test_a_crash_in_the_middle_prints_no_second_valid_code(
    west: Portal, monkeypatch: Any, moment: str
) -> None:
    """Once after the second part was printed, once when its codes were about to be kept."""
    monkeypatch.setattr(letter_printing, "PART", 2)
    this = import_list(west, people_csv(5), at=NOW)
    run = start_run(
        actor=organiser_of(west, at=NOW), list_public_id=this.public_id, valid_until=LAST_DAY, now=NOW
    )
    calls = []
    name = {"printed": "_keep_part", "kept": "part_of"}[moment]
    real = getattr(letter_printing, name)

    def cut_off(*args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        if len(calls) == 2:
            raise PowerCut
        return real(*args, **kwargs)

    with monkeypatch.context() as cut:
        cut.setattr(letter_printing, name, cut_off)
        with pytest.raises(PowerCut):
            walk(NOW)
    assert Letter.objects.count() == 2
    print_on(run, at=NOW)
    codes = codes_of(run_again(run))
    assert len(set(codes)) == 5 == Letter.objects.count()
    for code in codes:
        redeem_letter_code(actor=visitor_of(west), portal=west, code=code, now=NOW)


def test_parts_that_were_lost_leave_no_code_that_nobody_can_read(west: Portal, monkeypatch: Any) -> None:
    """As after a restore: the copy of an installation has the database and no private files."""
    monkeypatch.setattr(letter_printing, "PART", 2)
    monkeypatch.setattr(letter_printing, "PARTS_PER_WALK", 1)
    this = import_list(west, people_csv(5), at=NOW)
    run = start_run(
        actor=organiser_of(west, at=NOW), list_public_id=this.public_id, valid_until=LAST_DAY, now=NOW
    )
    walk(NOW)
    remove_private_folder("letters", run.public_id)
    print_on(run, at=NOW)
    assert run_again(run).state == RunState.REVOKED
    assert not Letter.objects.filter(revoked_at=None).exists()
    assert print_letters(again(this), at=NOW).letters_done == 5


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_batch_print_it_once(west: Portal) -> None:
    this = import_list(west, people_csv(4), at=NOW)
    run = start_run(
        actor=organiser_of(west, at=NOW), list_public_id=this.public_id, valid_until=LAST_DAY, now=NOW
    )
    answers = at_once([partial(walk, NOW)] * 3, threads=3, municipality_id=west.municipality_id)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    print_on(run, at=NOW)
    codes = codes_of(run_again(run))
    assert len(set(codes)) == 4 == Letter.objects.count()
    for code in codes:
        redeem_letter_code(actor=visitor_of(west), portal=west, code=code, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_organisers_at_once_start_one_batch(west: Portal) -> None:
    this = import_list(west, people_csv(2), at=NOW)
    jobs = [
        partial(
            start_run,
            actor=organiser_of(west, at=NOW),
            list_public_id=this.public_id,
            valid_until=LAST_DAY,
            now=NOW,
        )
        for _ in range(4)
    ]
    answers = at_once(jobs, threads=4, municipality_id=west.municipality_id)
    assert len([answer for answer in answers if isinstance(answer, LetterRun)]) == 1
    assert all(isinstance(answer, LetterRun | ListNotReady) for answer in answers), answers


def test_nobody_gets_a_second_letter_while_the_first_works(west: Portal) -> None:
    run, _codes = make_letters(west, 2, at=NOW)
    with pytest.raises(ListNotReady):
        print_letters(again(run.resident_list), at=NOW)
    # Two lists that were checked before either was printed.
    organiser = organiser_of(west, at=NOW)
    other = import_list(west, people_csv(3), at=NOW, actor=organiser)
    assert other.new_count == 1
    assert print_letters(other, at=NOW).letters_done == 1


@pytest.mark.parametrize("day", [date(2027, 1, 12), date(2026, 1, 1), date(2028, 2, 1)])
def test_a_last_day_that_makes_no_sense(west: Portal, day: date) -> None:
    this = import_list(west, people_csv(1), at=NOW)
    with pytest.raises(InvalidInput):
        print_letters(this, at=NOW, valid_until=day)


def test_a_lost_letter_is_replaced(west: Portal) -> None:
    run, codes = make_letters(west, 2, at=NOW)
    organiser = organiser_of(west, at=NOW)
    new = replace_letter(
        actor=organiser,
        run_public_id=run.public_id,
        number=2,
        reason="Kwijt",
        valid_until=LAST_DAY,
        now=NOW,
    )
    new = print_on(new, at=NOW)
    (code,) = codes_of(new)
    assert (new.number, new.letters_done, new.replaces.number) == (2, 1, 2)
    assert code not in codes
    assert "Noor Vosc" in " ".join(read(new).pages[0].extract_text().split())
    with pytest.raises(AlreadyRevoked):
        replace_letter(
            actor=organiser,
            run_public_id=run.public_id,
            number=2,
            reason="Nog eens",
            valid_until=LAST_DAY,
            now=NOW,
        )


def test_a_batch_that_is_revoked_while_it_is_made_stops(west: Portal, monkeypatch: Any) -> None:
    monkeypatch.setattr(letter_printing, "PART", 1)
    monkeypatch.setattr(letter_printing, "PARTS_PER_WALK", 1)
    organiser = organiser_of(west, at=NOW)
    this = import_list(west, people_csv(3), at=NOW)
    run = start_run(actor=organiser, list_public_id=this.public_id, valid_until=LAST_DAY, now=NOW)
    walk(NOW)
    revoke_run(actor=organiser, run_public_id=run.public_id, reason="Verkeerde lijst", now=NOW)
    walk(NOW + timedelta(minutes=1))
    run = run_again(run)
    assert (run.state, Letter.objects.count(), file_of(run)) == (RunState.REVOKED, 1, None)
    # The same list can be printed anew.
    assert print_letters(again(this), at=NOW).letters_done == 3


def test_numbers_are_told_of_a_batch_and_not_of_a_few(west: Portal) -> None:
    run, codes = make_letters(west, 12, at=NOW)
    organiser = organiser_of(west, at=NOW)
    for code in codes[:3]:
        redeem_letter_code(actor=visitor_of(west), portal=west, code=code, now=NOW)
    revoke_letter(actor=organiser, run_public_id=run.public_id, number=12, reason="Verhuisd", now=NOW)
    new = replace_letter(
        actor=organiser,
        run_public_id=run.public_id,
        number=11,
        reason="Kwijt",
        valid_until=LAST_DAY,
        now=NOW,
    )
    counted = {count.state: count.number for count in count_letters(run, now=NOW)}
    assert counted == {
        LetterState.OPEN: 7,
        LetterState.USED: 3,
        LetterState.EXPIRED: 0,
        LetterState.REVOKED: 1,
        LetterState.REPLACED: 1,
    }
    later = {count.state: count.number for count in count_letters(run, now=NOW + timedelta(days=90))}
    assert (later[LetterState.OPEN], later[LetterState.EXPIRED]) == (0, 7)
    assert count_letters(print_on(new, at=NOW), now=NOW) == []


def test_the_file_goes_two_weeks_after_it_was_fetched(
    west: Portal, django_capture_on_commit_callbacks: Any
) -> None:
    run, codes = make_letters(west, 2, at=NOW)
    organiser = organiser_of(west, at=NOW)
    path = fetch_file(actor=organiser, run_public_id=run.public_id, now=NOW)
    fetch_file(actor=organiser, run_public_id=run.public_id, now=NOW + timedelta(days=1))
    assert Entry.objects.filter(action="identity.letters_downloaded").count() == 2
    walk(NOW + timedelta(days=13))
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        walk(NOW + timedelta(days=15))
    assert not path.exists()
    with pytest.raises(NotFound):
        fetch_file(actor=organiser, run_public_id=run.public_id, now=NOW + timedelta(days=15))
    # The codes on paper keep working.
    later = NOW + timedelta(days=16)
    redeem_letter_code(actor=visitor_of(west), portal=west, code=codes[0], now=later)


def test_names_go_with_the_file_and_hashes_after_the_codes(
    west: Portal, django_capture_on_commit_callbacks: Any
) -> None:
    run, codes = make_letters(west, 2, at=NOW, valid_until=date(2027, 4, 1))
    assert not ListedResident.objects.filter(print_as__isnull=True).exists()
    with django_capture_on_commit_callbacks(execute=True):
        walk(NOW + timedelta(days=31))
    assert not ListedResident.objects.filter(print_as__isnull=False).exists()
    assert again(run.resident_list).state == ListState.CLEARED
    assert file_of(run) is None
    with pytest.raises(NamesRemoved):
        replace_letter(
            actor=organiser_of(west, at=NOW),
            run_public_id=run.public_id,
            number=1,
            reason="Kwijt",
            valid_until=date(2027, 6, 1),
            now=NOW + timedelta(days=32),
        )
    redeem_letter_code(actor=visitor_of(west), portal=west, code=codes[0], now=NOW + timedelta(days=60))
    walk(NOW + timedelta(days=120))
    walk(NOW + timedelta(days=120))
    assert not ListedResident.objects.exists()
    assert Letter.objects.count() == 2
    # The same file may come again, for another year.
    import_list(west, people_csv(2), at=NOW + timedelta(days=121))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ORGANISER])
def test_only_an_organiser_touches_letters(west: Portal, role: Role) -> None:
    run, _codes = make_letters(west, 1, at=NOW)
    actor = make_actor(west, role, at=NOW)
    about: dict[str, Any] = {"actor": actor, "run_public_id": run.public_id, "now": NOW}
    for refused in (
        partial(fetch_file, **about),
        partial(revoke_run, reason="x", **about),
        partial(revoke_letter, reason="x", number=1, **about),
        partial(replace_letter, reason="x", number=1, valid_until=LAST_DAY, **about),
        partial(start_run, actor=actor, list_public_id="x", valid_until=LAST_DAY, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_a_batch_of_another_portal_is_not_there(west: Portal) -> None:
    run, _codes = make_letters(west, 1, at=NOW)
    for other in (make_portal("noord"), make_portal("oosterpark", code="GM0014")):
        actor = organiser_of(other, at=NOW)
        with in_municipality(other.municipality_id):
            about: dict[str, Any] = {"actor": actor, "run_public_id": run.public_id, "now": NOW}
            for missing in (partial(fetch_file, **about), partial(revoke_run, reason="x", **about)):
                with pytest.raises(NotFound):
                    missing()
