"""A proposer takes up an argument: the plan changes in sight of everybody, and no vote is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from backend.audit.models import Entry
from backend.core.due import walk
from backend.core.errors import InvalidInput, NotFound
from backend.core.tenancy import in_municipality
from backend.discussion.models import Post, Thread
from backend.discussion.services.arguments import withdraw_text
from backend.identity.services.leaving import leave
from backend.notifications.models import Message
from backend.places.models import Portal
from backend.proposals.errors import ChangedMeanwhile, RoundClosed, TextStands
from backend.proposals.models import Plan, PlanVersion, Protocol
from backend.proposals.services.plans import withdraw_plan
from backend.proposals.services.votes import cast_vote
from tests.builders.discussions import make_reply
from tests.builders.people import actor_of, make_actor, make_person
from tests.builders.plans import again, argue, close, make_plan, round_at, take_up
from tests.builders.web import client_for, url

NOW = datetime(2027, 1, 12, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
CLOSES = datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC)


def test_a_plan_reads_as_its_newest_version_and_keeps_the_first(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW, votes=2, what="Een bankje.")
    first, second = argue(plan, at=NOW), argue(plan, at=NOW, text="En bij de brug.")
    take_up(plan, first, proposer=proposer, at=LATER, what="Een bankje met leuning.", change="Een leuning.")
    plan = take_up(
        plan, second, proposer=proposer, at=LATER, what="Twee bankjes met leuning.", change="Nog een."
    )
    assert (plan.what, plan.version, plan.rewritten_at) == ("Twee bankjes met leuning.", 3, LATER)
    assert (plan.title, plan.vote_count, plan.submitted_at) == ("Bankjes langs de kade", 2, NOW)
    kept = PlanVersion.objects.filter(plan=plan).order_by("number")
    assert list(kept.values_list("number", "what", "change", "adopted", "made_at")) == [
        (1, "Een bankje.", "", None, NOW),
        (2, "Een bankje met leuning.", "Een leuning.", first.pk, LATER),
        (3, "Twee bankjes met leuning.", "Nog een.", second.pk, LATER),
    ]
    assert set(kept.values_list("why", flat=True)) == {plan.why}


def test_everybody_hears_once_what_changed(west: Portal) -> None:
    people = {
        who: make_person(west, email=f"{who}@example.org", language="en")
        for who in ("proposer", "writer", "voter")
    }
    proposer, writer, voter = (actor_of(person, west) for person in people.values())
    plan = make_plan(west, proposer=proposer, at=NOW)
    post = argue(plan, writer=writer, at=NOW)
    argue(plan, writer=voter, at=NOW, text="Ik ben ook voor.")
    for actor in (writer, voter):
        cast_vote(actor=actor, public_id=plan.public_id, now=NOW)
    walk(NOW)
    mail.outbox.clear()
    take_up(plan, post, proposer=proposer, at=LATER, change="Er komt een leuning.")
    for _ in range(2):
        walk(LATER)
    told = {message.to[0].partition("@")[0]: str(message.body) for message in mail.outbox}
    assert (len(mail.outbox), set(told)) == (3, set(people))
    for body in told.values():
        assert "Er komt een leuning." in body
        assert f"/plannen/{plan.public_id}/versies/#versie-2" in body
    assert "Its proposer took up an argument" in told["voter"]
    assert "because of what you wrote" in told["writer"]
    assert "You took up an argument in your plan" in told["proposer"]
    own_vote = f"/plannen/{plan.public_id}/#stem"
    assert [own_vote in told[who] for who in ("voter", "writer", "proposer")] == [True, True, False]


def test_who_takes_up_their_own_argument_is_told_as_proposer(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW)
    take_up(plan, argue(plan, writer=proposer, at=NOW), proposer=proposer, at=LATER)
    walk(LATER)
    assert Message.objects.get(template="plan_changed").context["as_who"] == "proposer"


def test_the_argument_says_that_it_was_taken_up(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW)
    post = argue(plan, at=NOW)
    before = Thread.objects.get().version
    take_up(plan, post, proposer=proposer, at=LATER)
    post.refresh_from_db()
    assert post.taken_up_in == f"/plannen/{plan.public_id}/versies/#versie-2"
    # An open page is told, but nobody is told that there is a new text.
    assert (post.version, post.text_version) == (before + 1, before)
    assert Thread.objects.get().version == before + 1


def test_who_did_it_is_on_record(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW)
    post = argue(plan, at=NOW)
    take_up(plan, post, proposer=proposer, at=LATER)
    entry = Entry.objects.get(action="proposals.argument_taken_up")
    assert (entry.person_id, entry.target_type, entry.target_id) == (
        proposer.person_id,
        "proposals.plan",
        plan.pk,
    )
    assert entry.details == {"version": 2, "post": post.pk}


def test_a_second_click_changes_nothing(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW)
    post = argue(plan, at=NOW)
    for _ in range(2):
        take_up(plan, post, proposer=proposer, at=LATER, what="Nieuw.", replaces=1)
    assert PlanVersion.objects.filter(plan=plan).count() == 2
    assert Entry.objects.filter(action="proposals.argument_taken_up").count() == 1


@pytest.mark.parametrize("ending", ["", "\r\n", "  \n"])
def test_the_same_text_is_no_change(west: Portal, ending: str) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW, what="Een.\r\n\r\nTwee.")
    with pytest.raises(InvalidInput, match="still the same"):
        take_up(plan, argue(plan, at=NOW), proposer=proposer, at=LATER, what=f"Een.\n\nTwee.{ending}")
    assert_unchanged(plan)


def assert_unchanged(plan: Plan) -> None:
    assert (again(plan).version, again(plan).what, again(plan).rewritten_at) == (1, plan.what, None)
    assert not PlanVersion.objects.exists()
    assert not Message.objects.filter(template="plan_changed").exists()
    assert not Post.objects.exclude(taken_up_in="").exists()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("what", " "),
        ("why", ""),
        ("change", "\n"),
        ("what", "x" * 10_001),
        ("why", "x" * 10_001),
        ("change", "x" * 2_001),
    ],
)
def test_a_version_is_complete_and_fits(west: Portal, field: str, text: str) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW)
    with pytest.raises(InvalidInput) as refused:
        take_up(plan, argue(plan, at=NOW), proposer=proposer, at=LATER, **{field: text})
    assert refused.value.field == field
    assert_unchanged(plan)


def test_what_was_changed_in_another_tab_is_not_lost(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW)
    first, second = argue(plan, at=NOW), argue(plan, at=NOW, text="Nog iets.")
    take_up(plan, first, proposer=proposer, at=LATER, what="Het eerste.")
    with pytest.raises(ChangedMeanwhile):
        take_up(plan, second, proposer=proposer, at=LATER, what="Het tweede.", replaces=1)
    assert again(plan).what == "Het eerste."


def test_only_an_argument_that_everybody_reads_under_this_plan(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW)
    shown = argue(plan, at=NOW)
    elsewhere = argue(make_plan(west, at=NOW), at=NOW)
    mine = argue(plan, writer=proposer, at=NOW, text="Van mij, en teruggenomen.")
    with in_municipality(west.municipality_id):
        withdraw_text(actor=proposer, post_public_id=mine.public_id, now=NOW)
    not_shown = []
    for state in ("held", "hidden"):
        # Also not one's own, which one can still read.
        post = argue(plan, writer=proposer, at=NOW, text=f"Van mij, en {state}.")
        Post.objects.filter(pk=post.pk).update(state=state, held_because="link" if state == "held" else "")
        not_shown.append(post)
    for post in (elsewhere, mine, *not_shown, make_reply(shown, at=NOW)):
        with pytest.raises(NotFound):
            take_up(plan, post, proposer=proposer, at=LATER)
    assert_unchanged(plan)


def test_while_a_month_waits_for_its_count_the_words_stand(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW, votes=1)
    post = argue(plan, at=NOW)
    with pytest.raises(RoundClosed):
        take_up(plan, post, proposer=proposer, at=CLOSES)
    assert_unchanged(plan)
    close(round_at(west, NOW))
    with pytest.raises(TextStands):
        take_up(plan, post, proposer=proposer, at=CLOSES)
    assert_unchanged(plan)


def test_the_count_and_its_protocol_are_as_without_it(west: Portal) -> None:
    proposer = make_actor(west)
    plan = make_plan(west, proposer=proposer, at=NOW, votes=2)
    take_up(plan, argue(plan, at=NOW), proposer=proposer, at=LATER)
    close(round_at(west, NOW))
    row = Protocol.objects.get().body["plans"][0]
    assert (row["plan"], row["votes"], row["outcome"]) == (plan.public_id, 2, "winner")
    assert set(row) == {
        "plan",
        "reference",
        "title",
        "submitted_at",
        "count",
        "votes",
        "not_counted",
        "outcome",
    }


def test_who_voted_before_sees_that_the_plan_changed_and_who_votes_after_does_not(west: Portal) -> None:
    now = timezone.now()
    proposer, early, late = make_actor(west), make_person(west), make_person(west)
    plan = make_plan(west, proposer=proposer, at=now - timedelta(days=1))
    cast_vote(actor=actor_of(early, west), public_id=plan.public_id, now=now - timedelta(hours=9))
    assert "changed after you voted" not in client_for(early, west).get(url("plan", plan.public_id)).text
    take_up(plan, argue(plan, at=now - timedelta(hours=8)), proposer=proposer, at=now - timedelta(hours=7))
    cast_vote(actor=actor_of(late, west), public_id=plan.public_id, now=now)
    page = client_for(early, west).get(url("plan", plan.public_id)).text
    assert "The plan changed after you voted." in page
    assert url("versions", plan.public_id) in page
    assert url("withdraw_vote", plan.public_id) in page
    listed = client_for(early, west).get("/mijn/stemmen/").text
    assert "The plan changed after you voted." in listed
    for path in (url("plan", plan.public_id), "/mijn/stemmen/"):
        assert "changed after you voted" not in client_for(late, west).get(path).text
    assert again(plan).vote_count == 2


def test_the_page_of_versions_marks_what_changed(west: Portal) -> None:
    now = timezone.now()
    proposer, visitor = make_actor(west), client_for(None, west)
    plan = make_plan(west, proposer=proposer, at=now, what="Om de honderd meter een bankje.")
    assert "reads as it did when it was put up" in visitor.get(url("versions", plan.public_id)).text
    assert "Version 2" not in visitor.get(url("plan", plan.public_id)).text
    post = argue(plan, at=now)
    for number in range(2, 8):
        what = f"Om de {number} meter een bankje."
        take_up(plan, post, proposer=proposer, at=now, what=what, change=f"Om de {number}.")
    browser = client_for(make_person(west), west)
    plan_page = browser.get(url("plan", plan.public_id)).text
    assert "Version 7, changed on" in plan_page
    assert "Om de 7 meter een bankje." in plan_page
    newest = browser.get(url("versions", plan.public_id)).text
    assert [newest.count(f'id="versie-{number}"') for number in range(1, 8)] == [0, 0, 1, 1, 1, 1, 1]
    assert "[taken out: </span>2<span" in newest
    assert "[added: </span>3<span" in newest
    oldest = browser.get(url("versions", plan.public_id) + "?pagina=2").text
    assert "[taken out: </span>honderd<span" in oldest
    assert "How the plan was put up." in oldest
    assert url("plan", plan.public_id) in oldest


def test_the_form_gives_back_what_was_typed(west: Portal) -> None:
    now = timezone.now()
    person = make_person(west)
    plan = make_plan(west, proposer=actor_of(person, west), at=now)
    posts = [argue(plan, at=now, text=text) for text in ("Met een leuning.", "Bij de brug.")]
    browser = client_for(person, west)
    forms = [url("take_up", plan.public_id, post.public_id) for post in posts]
    shown = browser.get(forms[0]).text
    assert "Met een leuning." in shown
    assert plan.what in shown
    typed = {"what": "Met leuning.", "why": "Daarom.", "change": "Een leuning.", "replaces": "1"}
    empty = browser.post(forms[0], {**typed, "change": ""})
    assert (empty.status_code, "Say in a few words" in empty.text, "Met leuning." in empty.text) == (
        422,
        True,
        True,
    )
    done = browser.post(forms[0], typed)
    assert done.headers["Location"] == f"/plannen/{plan.public_id}/versies/#versie-2"
    assert "Your plan was changed" in browser.get(done.headers["Location"]).text
    meanwhile = browser.post(forms[1], {**typed, "what": "Bij de brug, typte ik."})
    assert meanwhile.status_code == 409
    assert "Bij de brug, typte ik." in meanwhile.text
    assert "How the plan reads now" in meanwhile.text
    assert 'name="replaces" value="2"' in meanwhile.text
    again_sent = browser.post(forms[1], {**typed, "what": "Bij de brug, typte ik.", "replaces": "2"})
    assert again_sent.status_code == 302
    assert again(plan).what == "Bij de brug, typte ik."


def test_machines_get_the_newest_text_and_its_number(west: Portal) -> None:
    now, proposer = timezone.now(), make_actor(west)
    plan = make_plan(west, proposer=proposer, at=now)
    address = f"/api/v1/plans/{plan.public_id}/"
    assert client_for(None, west).get(address).json()["version"] == 1
    take_up(plan, argue(plan, at=now), proposer=proposer, at=now, what="Anders.")
    found = client_for(make_person(west), west).get(address).json()
    assert (found["version"], found["what"]) == (2, "Anders.")


def test_of_a_withdrawn_plan_nothing_is_left_when_its_proposer_leaves(west: Portal) -> None:
    person = make_person(west)
    proposer = actor_of(person, west)
    plans = [make_plan(west, proposer=proposer, at=NOW) for _ in range(2)]
    for plan in plans:
        take_up(plan, argue(plan, at=NOW), proposer=proposer, at=LATER)
    with in_municipality(west.municipality_id):
        withdraw_plan(actor=proposer, public_id=plans[0].public_id, now=LATER)
        leave(actor=proposer, now=LATER)
        walk(LATER)
    assert not PlanVersion.objects.filter(plan=plans[0]).exists()
    # What was published stays, nameless.
    assert PlanVersion.objects.filter(plan=plans[1]).count() == 2
    assert again(plans[1]).proposer_id is None


def test_a_withdrawn_plan_and_its_versions_are_gone_for_others(west: Portal) -> None:
    now = timezone.now()
    person = make_person(west)
    proposer = actor_of(person, west)
    plan = make_plan(west, proposer=proposer, at=now, what="Geheim geworden.")
    take_up(plan, argue(plan, at=now), proposer=proposer, at=now)
    withdraw_plan(actor=proposer, public_id=plan.public_id, now=now)
    address = url("versions", plan.public_id)
    assert client_for(person, west).get(address).status_code == 200
    assert client_for(make_person(west), west).get(address).status_code == 404
    assert client_for(None, west).get(address).status_code == 404
