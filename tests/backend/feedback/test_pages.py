"""The pages on which answers are written, looked at, sent and read."""

from __future__ import annotations

import io
from datetime import timedelta
from html import unescape

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.audit.models import Entry
from backend.core.due import walk
from backend.feedback.models import Answer, Promise, Subject
from backend.feedback.states import Contribution, Phase
from backend.identity.models import Person
from backend.identity.states import Role
from backend.notifications.models import Message
from backend.notifications.services import choose
from backend.notifications.states import Choice, Kind
from backend.places.models import Portal
from tests.builders.outbox import give_details
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.plans import make_plan
from tests.builders.promises import NOW, answer, comes_back, everything_arrives, make_subject, owe, people_of
from tests.builders.web import client_for, url

TEXT = {
    "done": "Er staan vijf bankjes.",
    "not_done": "Bij de brug komt er geen.",
    "why": "De stoep is daar te smal.",
}


@pytest.fixture
def councillor(west: Portal) -> Person:
    return make_person(west, roles=[Role.COUNCILLOR], name="Noor")


def write(browser: Client, subject: Subject, **changes: str | list[str]) -> Client:
    return browser.post(url("write_answer", subject.public_id), {**TEXT, "look": "1", **changes})


def look(browser: Client, subject: Subject) -> dict[str, str]:
    """What the page that shows the answer sends along."""
    draft = browser.get(url("look_at_answer", subject.public_id)).context["draft"]
    return {"answer": draft.public_id, "edition": str(draft.edition)}


def test_an_official_writes_looks_and_sends(west: Portal, councillor: Person) -> None:
    subject, browser = make_subject(west, people_of(west, 3)), client_for(councillor, west)
    listed = browser.get(url("answers_owed")).text
    assert subject.title in listed
    assert "3 wait" in listed
    assert write(browser, subject).headers["Location"] == url("look_at_answer", subject.public_id)
    page = browser.get(url("look_at_answer", subject.public_id))
    for heading in ("By mail", "On their own page", "By letter", "By telephone"):
        assert heading in page.text
    assert page.text.count("De stoep is daar te smal.") >= 1
    assert not Message.objects.filter(template="answer").exists()
    seen = look(browser, subject)
    sent = browser.post(url("look_at_answer", subject.public_id), seen, follow=True)
    assert "It answers 3 promises." in sent.text
    assert Message.objects.filter(template="answer").count() == 3
    # A second click, the back button or a second tab changes nothing, and says the same.
    again = browser.post(url("look_at_answer", subject.public_id), seen, follow=True)
    assert again.status_code == 200
    assert Message.objects.filter(template="answer").count() == 3
    walk(timezone.now())
    assert set(Promise.objects.values_list("state", flat=True)) == {"kept"}
    assert "Nothing is owed here." in browser.get(url("answers_owed")).text


@pytest.mark.parametrize("missing", sorted(TEXT))
def test_a_part_that_is_missing_is_named_and_the_rest_is_kept(
    west: Portal, councillor: Person, missing: str
) -> None:
    subject, browser = make_subject(west, people_of(west, 1)), client_for(councillor, west)
    response = write(browser, subject, **{missing: " "})
    assert response.status_code == 422
    assert f'href="#id_{missing}"' in response.text
    kept = Answer.objects.get()
    assert [bool(getattr(kept, name)) for name in sorted(TEXT)] == [name != missing for name in sorted(TEXT)]
    # The page that sends does not open for half an answer.
    assert browser.get(url("look_at_answer", subject.public_id)).headers["Location"] == url(
        "write_answer", subject.public_id
    )


def test_a_draft_waits_for_its_writer_and_saves_itself(west: Portal, councillor: Person) -> None:
    subject, browser = make_subject(west, people_of(west, 1)), client_for(councillor, west)
    saved = browser.post(url("save_answer", subject.public_id), {"done": "Half"})
    assert saved.json() == {"saved": True}
    assert "Half" in browser.get(url("write_answer", subject.public_id)).text
    other = client_for(make_person(west, roles=[Role.COUNCILLOR]), west)
    assert "Half" not in other.get(url("write_answer", subject.public_id)).text
    assert write(browser, subject, keep="1").headers["Location"] == url("write_answer", subject.public_id)
    for name in ("promise", "owed_subject"):
        assert "Er staan vijf bankjes." not in other.get(url(name, subject.public_id)).text


def test_an_answer_is_seen_as_the_letter_it_becomes(west: Portal, councillor: Person) -> None:
    subject, browser = make_subject(west, people_of(west, 1)), client_for(councillor, west)
    assert browser.get(url("see_letter", subject.public_id)).status_code == 302
    write(browser, subject, done='Vijf bankjes. #panic("x") $a$ <b>')
    assert url("see_letter", subject.public_id) in browser.get(url("look_at_answer", subject.public_id)).text
    letter = browser.get(url("see_letter", subject.public_id))
    assert letter.headers["Content-Type"] == "application/pdf"
    (page,) = pypdf.PdfReader(io.BytesIO(letter.content)).pages
    text = " ".join(page.extract_text().split())
    for words in ('Vijf bankjes. #panic("x") $a$ <b>', "Name of the reader", "Example of a letter"):
        assert words in text
    assert not Message.objects.filter(template="answer").exists()


def test_a_draft_that_changed_in_another_tab_is_not_sent_unseen(west: Portal, councillor: Person) -> None:
    subject, browser = make_subject(west, people_of(west, 1)), client_for(councillor, west)
    write(browser, subject)
    seen = look(browser, subject)
    write(browser, subject, done="Iets anders.")
    response = browser.post(url("look_at_answer", subject.public_id), seen)
    assert response.status_code == 409
    assert "Look at it again." in response.text
    assert not Message.objects.filter(template="answer").exists()


def test_text_of_an_official_is_shown_as_typed_everywhere(west: Portal, councillor: Person) -> None:
    reader = make_person(west)
    subject, browser = make_subject(west, [reader.pk]), client_for(councillor, west)
    bad = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    write(browser, subject, done=bad, not_done=bad, why=bad)
    pages = [browser.get(url("look_at_answer", subject.public_id)).text]
    browser.post(url("look_at_answer", subject.public_id), look(browser, subject))
    pages += [browser.get(url(name, subject.public_id)).text for name in ("owed_subject", "promise")]
    pages += [client_for(reader, west).get(path).text for path in ("/mijn/antwoorden/", "/mijn/berichten/")]
    for page in pages:
        assert "alert(1)" in page
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_filters_show_what_is_mine_and_what_is_late(west: Portal, councillor: Person) -> None:
    soon, late = timezone.now().date() + timedelta(days=30), timezone.now().date() - timedelta(days=1)
    make_subject(west, people_of(west, 1), title="Van mij", due_on=soon)
    make_subject(west, people_of(west, 1), title="Te laat van mij", due_on=late)
    make_subject(west, people_of(west, 1), title="Van ambtenaren", owed_by=Role.OFFICIAL, due_on=late)
    named = make_subject(west, people_of(west, 1), title="Van een ander", due_on=soon)
    Subject.objects.filter(pk=named.pk).update(owner=make_person(west))
    browser = client_for(councillor, west)

    def shown(query: str) -> set[str]:
        titles = ("Van mij", "Te laat van mij", "Van ambtenaren", "Van een ander")
        text = browser.get("/werk/antwoorden/" + query).text
        return {title for title in titles if f">{title}</a>" in text.replace("\n", "")}

    assert len(shown("")) == 4
    assert shown("?van=mij") == {"Van mij", "Te laat van mij"}
    assert shown("?staat=te-laat") == {"Te laat van mij", "Van ambtenaren"}
    assert shown("?van=mij&staat=te-laat") == {"Te laat van mij"}


def test_for_whom_can_be_chosen_only_when_there_is_a_choice(west: Portal, councillor: Person) -> None:
    (one, two) = people_of(west, 2)
    subject, browser = make_subject(west, [one]), client_for(councillor, west)
    assert 'name="contributions"' not in browser.get(url("write_answer", subject.public_id)).text
    owe(subject, [two], what=Contribution.ARGUED)
    assert 'name="contributions"' in browser.get(url("write_answer", subject.public_id)).text
    write(browser, subject, contributions="argued")
    browser.post(url("look_at_answer", subject.public_id), look(browser, subject))
    assert Message.objects.get(template="answer").person_id == two


def test_an_answer_can_be_for_one_channel_with_numbers_in_the_preview(
    west: Portal, councillor: Person
) -> None:
    by_mail, by_letter, on_page = (make_person(west) for _ in range(3))
    give_details(by_letter, street="Kade 1")
    for person, choice in ((by_letter, Choice.LETTER), (on_page, Choice.PAGE)):
        choose(actor=actor_of(person, west), kind=Kind.ANSWERS, choice=choice, now=timezone.now())
    subject, browser = make_subject(west, [by_mail.pk]), client_for(councillor, west)
    form = browser.get(url("write_answer", subject.public_id)).text
    # With one way there is nothing to choose.
    assert 'name="channels"' not in form
    owe(subject, [by_letter.pk, on_page.pk])
    form = browser.get(url("write_answer", subject.public_id)).text
    assert 'name="channels"' in form
    assert 'name="phases"' not in form
    # What is missing does not lose what was chosen.
    assert 'value="letter"' in write(browser, subject, why="", channels="letter").text
    assert Answer.objects.get().channels == ["letter"]
    again = browser.get(url("write_answer", subject.public_id)).context["form"]
    assert again["channels"].value() == ["letter"]
    write(browser, subject, channels=["letter", "page"])
    page = " ".join(browser.get(url("look_at_answer", subject.public_id)).text.split())
    assert "It goes to 2 people." in page
    assert "Only for these people: By letter, On their own page." in page
    assert page.count("1 person hears it in this way.") == 2
    assert page.count("0 people hear it in this way.") == 2
    browser.post(url("look_at_answer", subject.public_id), look(browser, subject))
    told = set(Message.objects.filter(template="answer").values_list("person_id", flat=True))
    assert told == {by_letter.pk, on_page.pk}
    assert Promise.objects.get(state="open").person_id == by_mail.pk


def test_an_answer_can_be_for_who_took_part_in_one_phase(west: Portal, councillor: Person) -> None:
    early, late = people_of(west, 2)
    subject, browser = make_subject(west, [early], phase=Phase.TRANSLATING), client_for(councillor, west)
    Subject.objects.filter(pk=subject.pk).update(phase=Phase.CHANGING)
    owe(subject, [late])
    form = browser.get(url("write_answer", subject.public_id)).text
    assert 'name="phases"' in form
    write(browser, subject, phases="changing")
    assert "Only for these people: Changing." in browser.get(url("look_at_answer", subject.public_id)).text
    browser.post(url("look_at_answer", subject.public_id), look(browser, subject))
    assert Message.objects.get(template="answer").person_id == late


def test_numbers_by_channel_wait_for_the_count(west: Portal, councillor: Person) -> None:
    subject = make_subject(west, people_of(west, 2), phase=Phase.COLLECTING)
    browser = client_for(councillor, west)
    write(browser, subject)
    page = browser.get(url("look_at_answer", subject.public_id)).text
    assert "It goes to everybody who waits." in page
    assert "in this way." not in page


def test_an_owner_and_a_date_are_agreed_in_public(west: Portal) -> None:
    subject = make_subject(west, people_of(west, 1))
    clerk, official = (
        make_person(west, roles=[Role.CLERK]),
        make_person(west, roles=[Role.OFFICIAL], name="Bas"),
    )
    browser = client_for(clerk, west)
    due = (timezone.now() + timedelta(days=400)).date()
    said = {"owner": str(official.pk), "due_on": due.isoformat(), "reason": "De wethouder was ziek."}
    page = browser.post(url("arrange_answer", subject.public_id), said, follow=True)
    assert page.status_code == 200
    public = client_for(None, west).get(url("promise", subject.public_id)).text
    for words in ("De wethouder was ziek.", "Bas", "(first 1 July 2027)"):
        assert words in public
    assert "Bas" in client_for(official, west).get("/werk/antwoorden/?van=mij").text


def test_who_contributed_in_two_ways_reads_it_once(west: Portal, councillor: Person) -> None:
    reader = make_person(west)
    subject, browser = make_subject(west, [reader.pk]), client_for(reader, west)
    owe(subject, [reader.pk], what=Contribution.ARGUED)
    page = browser.get("/mijn/antwoorden/").text
    assert page.count(subject.title) == 1
    assert (page.count("Voted for it"), page.count("Said something about it")) == (1, 1)
    answer(actor_of(councillor, west), subject, at=NOW)
    # What they do after the answer is owed a next one, and stands by itself.
    owe(subject, [reader.pk])
    page = browser.get("/mijn/antwoorden/").text
    assert page.count("You get an answer before") == 1
    assert page.count("The answer is on its way to you.") == 1


def test_after_an_early_answer_everybody_reads_who_still_waits(west: Portal, councillor: Person) -> None:
    visitor, actor = client_for(None, west), actor_of(councillor, west)
    for phase, words in (
        (Phase.COLLECTING, ["Some of them have an answer already. Others still wait"]),
        (
            Phase.CHANGING,
            [
                "Others still wait",
                "Answers that arrived",
                "<dd>2</dd>",
                "Answers that are still owed",
                "<dd>3</dd>",
            ],
        ),
    ):
        subject = make_subject(west, people_of(west, 2), phase=phase)
        before = visitor.get(url("promise", subject.public_id)).text
        answer(actor, subject, at=NOW)
        everything_arrives(at=NOW)
        owe(subject, people_of(west, 3))
        # Another address than before, so that it is made anew.
        page = "".join(visitor.get(url("promise", subject.public_id), {"keer": "2"}).text.split())
        for each in words:
            assert each not in before
            assert each.replace(" ", "") in page, each


def test_an_answer_for_some_says_for_whom_it_was(west: Portal, councillor: Person) -> None:
    subject = make_subject(west, people_of(west, 1))
    owe(subject, people_of(west, 1), what=Contribution.PROPOSED)
    answer(actor_of(councillor, west), subject, at=NOW, contributions=(Contribution.PROPOSED,))
    page = client_for(None, west).get(url("promise", subject.public_id)).text
    assert "For whom: Proposed it" in page
    assert "Others still wait" in page


def test_while_an_answer_is_on_its_way_nobody_reads_that_others_wait(
    west: Portal, councillor: Person
) -> None:
    subject = make_subject(west, people_of(west, 2), phase=Phase.COLLECTING)
    answer(actor_of(councillor, west), subject, at=NOW)
    page = client_for(None, west).get(url("promise", subject.public_id)).text
    assert "It is on its way to those who do not have it yet." in page
    assert "Others still wait" not in page


def test_the_page_of_a_plan_says_that_some_have_their_answer(west: Portal, councillor: Person) -> None:
    plan = make_plan(west, at=NOW, votes=2)
    subject = Subject.objects.get(subject_id=plan.pk)
    visitor, some = client_for(None, west), "Some who contributed have their answer."
    assert some not in visitor.get(url("plan", plan.public_id)).text
    answer(actor_of(councillor, west), subject, at=NOW)
    everything_arrives(at=NOW)
    owe(subject, people_of(west, 1))
    page = visitor.get(url("plan", plan.public_id), {"keer": "2"}).text
    assert some in page
    assert "The others get it before" in page


def test_a_waiver_is_published_with_its_reason(west: Portal) -> None:
    subject, reader = make_subject(west), make_person(west)
    owe(subject, [reader.pk])
    browser = client_for(make_person(west, roles=[Role.CLERK]), west)
    assert browser.post(url("waive_answers", subject.public_id), {"reason": ""}).status_code == 422
    browser.post(url("waive_answers", subject.public_id), {"reason": "De weg wordt gesloopt."})
    for page in (
        client_for(None, west).get(url("promise", subject.public_id)),
        client_for(None, west).get("/beloften/"),
        client_for(reader, west).get("/mijn/antwoorden/"),
    ):
        assert "De weg wordt gesloopt." in page.text


def test_whom_nothing_reached_is_told_in_person(west: Portal) -> None:
    person = make_person(west, name="Wilhelmina")
    subject = make_subject(west, [person.pk])
    answer(make_actor(west, Role.COUNCILLOR), subject, at=timezone.now())
    comes_back(Message.objects.get(template="answer"), at=timezone.now())
    assistant = client_for(make_person(west, roles=[Role.ASSISTANT]), west)
    page = assistant.get(url("unreached")).text
    assert "Wilhelmina" in page
    assert "Er komt geen bankje bij de brug." in page
    # Whose name stands here took part, so reading it is on record.
    assert Entry.objects.filter(action="feedback.unreached_read").count() == 1
    number = Promise.objects.get().pk
    assert assistant.get(url("waive_one", number)).status_code == 403
    assert assistant.post(url("tell_in_person", number), {}).status_code == 422
    assistant.post(url("tell_in_person", number), {"how": "phone"})
    assert Promise.objects.get().state == "kept"
    assert "Everybody was reached." in assistant.get(url("unreached")).text


def test_a_person_sees_what_they_are_owed_and_what_they_were_answered(west: Portal) -> None:
    person = make_person(west)
    owed = make_subject(west, [person.pk], title="Een plein")
    answered = make_subject(west, [person.pk], title="Een boom")
    make_subject(west, people_of(west, 1), title="Van een ander")
    answer(make_actor(west, Role.COUNCILLOR), answered, at=timezone.now())
    browser = client_for(person, west)
    page = browser.get("/mijn/antwoorden/").text
    assert owed.title in page
    assert "You get an answer before 1 July 2027." in page
    assert "The answer is on its way to you." in page
    assert "Er komt geen bankje bij de brug." in page
    assert "Van een ander" not in page
    walk(timezone.now())
    assert "You were answered on" in browser.get("/mijn/antwoorden/").text


def test_the_page_of_a_plan_says_what_is_owed_and_until_when(west: Portal) -> None:
    now = timezone.now()
    plan = make_plan(west, at=now, votes=1)
    subject = Subject.objects.get(subject_id=plan.pk)
    assert (subject.phase, subject.title) == (Phase.COLLECTING, plan.title)
    visitor = client_for(None, west)
    page = visitor.get(f"/plannen/{plan.public_id}/").text
    assert "Everybody who contributes gets an answer, before" in page
    assert url("promise", subject.public_id) in page
    Subject.objects.update(due_on=now.date() - timedelta(days=1))
    page = client_for(make_person(west), west).get(f"/plannen/{plan.public_id}/").text
    assert "is late. It was promised before" in unescape(page)


PAGES = {
    "councillor": ["/werk/antwoorden/", "/werk/antwoorden/?staat=te-laat", "subject"],
    "clerk": ["/werk/antwoorden/niet-bereikt/"],
    "resident": ["/mijn/antwoorden/"],
}


@pytest.mark.parametrize("who", sorted(PAGES))
def test_lists_cost_the_same_for_one_row_and_three(west: Portal, who: str) -> None:
    """Every list, with one of everything and with three of everything."""
    resident = make_person(west)
    people = {
        "councillor": make_person(west, roles=[Role.COUNCILLOR]),
        "clerk": make_person(west, roles=[Role.CLERK]),
        "resident": resident,
    }
    councillor = actor_of(people["councillor"], west)
    browser, costs = client_for(people[who], west), []
    one = make_subject(west, [resident.pk], title="Een")
    late = timezone.now().date() - timedelta(days=1)
    for rows in (1, 2):
        for _ in range(rows):
            make_subject(west, [resident.pk, *people_of(west, 1)], due_on=late)
            lost = make_subject(west, [resident.pk, *people_of(west, 1)], due_on=late)
            answer(councillor, lost, at=timezone.now())
            for message in Message.objects.filter(template="answer", delivery="queued"):
                comes_back(message, at=timezone.now())
            owe(one, people_of(west, 1))
            answer(councillor, one, at=timezone.now())
        costs.append([_queries(browser, _path(path, one)) for path in PAGES[who]])
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 12, costs


def _path(path: str, subject: Subject) -> str:
    return url("owed_subject", subject.public_id) if path == "subject" else path


def _queries(browser: Client, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path).status_code == 200
    return len(queries)
