"""What is cleared away at night, by which clock, and what stays."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection

from backend.audit.models import Entry
from backend.core.due import walk
from backend.core.tenancy import in_municipality
from backend.identity.due import nights_to_clean
from backend.identity.models import (
    CleanUpReport,
    CleanUpResult,
    Erasure,
    IdentityKey,
    Mandate,
    Person,
    ResidencyProof,
    RetentionClock,
)
from backend.identity.retention import ended_sessions, unused_accounts
from backend.identity.services.clearing import Cleared, clean_up
from backend.identity.services.erasing import forget_unused
from backend.identity.services.inactivity import WARNED_FOR
from backend.identity.states import HelpChannel, Origin, Role
from backend.notifications.models import Message, Preference
from backend.notifications.states import Channel, Choice, Kind
from backend.places.models import Portal
from backend.proposals.services.votes import cast_vote
from tests.builders.clocks import make_clocks
from tests.builders.people import START, actor_of, make_person
from tests.builders.plans import make_plan

LATER = START + timedelta(days=31)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _clocks(db: None) -> None:
    make_clocks()


def cleared(slug: str, at: datetime, *, dry_run: bool = False) -> Cleared:
    # The clock is in no municipality.
    with in_municipality(None):
        return next(done for done in clean_up(now=at, dry_run=dry_run) if done.slug == slug)


def test_an_account_nobody_signed_in_to_is_forgotten(west: Portal) -> None:
    unused = make_person(west, verified=False)
    make_person(west)
    make_person(west, verified=False, roles=[Role.CLERK])
    used = make_person(west, verified=False)
    Person.objects.filter(pk=used.pk).update(last_login=START)
    assert list(unused_accounts(START + timedelta(days=29), 30)) == []
    assert list(unused_accounts(LATER, 30)) == [unused]
    assert cleared("unused_accounts", LATER) == Cleared("unused_accounts", found=1, removed=1)
    assert list(unused_accounts(LATER, 30)) == []
    assert Person.objects.count() == 3
    assert Erasure.objects.get().public_id == unused.public_id


def test_somebody_who_signs_in_meanwhile_stays(west: Portal) -> None:
    person = make_person(west, verified=False)
    Person.objects.filter(pk=person.pk).update(last_login=LATER)
    forget_unused(person_id=person.pk, now=LATER)
    assert Person.objects.filter(pk=person.pk).exists()
    assert not Erasure.objects.exists()


def test_sessions_that_ended_are_cleared() -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=START)
    Session.objects.create(session_key="new", session_data="", expire_date=LATER)
    assert [session.pk for session in ended_sessions(START + DAY, 60)] == ["old"]
    assert cleared("sessions", START + DAY).removed == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]


def test_a_shorter_clock_ends_sessions_sooner() -> None:
    """A cookie lives 60 days, so a session that ends in 20 began 40 days ago."""
    Session.objects.create(session_key="began", session_data="", expire_date=START + timedelta(days=20))
    assert list(ended_sessions(START, 41)) == []
    assert ended_sessions(START, 39).count() == 1


def signed_in(portal: Portal, *, at: datetime, verified: bool = True, roles: tuple[Role, ...] = ()) -> Person:
    person = make_person(portal, verified=verified, roles=roles, at=at)
    Person.objects.filter(pk=person.pk).update(last_login=at)
    return person


def test_an_account_that_is_not_used_is_erased_after_a_warning(west: Portal) -> None:
    person = signed_in(west, at=START)
    plan = make_plan(west, at=START)
    cast_vote(actor=actor_of(person, west, at=START), public_id=plan.public_id, now=START)
    signed_in(west, at=START, roles=(Role.CLERK,))
    end = START + timedelta(days=730)
    warn_at = end - WARNED_FOR + timedelta(hours=1)
    assert cleared("inactivity_warnings", warn_at - 2 * timedelta(hours=1)).found == 0
    assert cleared("inactivity_warnings", warn_at).removed == 1
    told = Message.objects.get(person=person, template="inactive_account")
    assert told.portal_id == west.pk
    assert cleared("inactivity_warnings", warn_at + DAY).found == 0
    assert cleared("inactive_accounts", end).found == 0
    assert cleared("inactive_accounts", end + timedelta(hours=2)).removed == 1
    person.refresh_from_db()
    # Nobody counted the month in which this person voted, so the empty place waits for that.
    assert (person.left_at, person.email) == (end + timedelta(hours=2), None)
    assert set(Erasure.objects.values_list("person_id", flat=True)) >= {person.pk}


def test_the_warning_goes_by_mail_also_to_who_reads_only_their_page(west: Portal) -> None:
    person = signed_in(west, at=START)
    Preference.objects.create(person=person, kind=Kind.WORK, choice=Choice.PAGE)
    assert cleared("inactivity_warnings", START + timedelta(days=701)).removed == 1
    assert Message.objects.get(person=person).channel == Channel.EMAIL


def test_without_a_warning_nobody_is_erased(west: Portal) -> None:
    signed_in(west, at=START)
    late = START + timedelta(days=2000)
    done = {one.slug: one for one in clean_up(now=late)}
    assert (done["inactivity_warnings"].removed, done["inactive_accounts"].found) == (1, 0)


def test_who_comes_back_after_the_warning_keeps_the_account(west: Portal) -> None:
    person = signed_in(west, at=START)
    warn_at = START + timedelta(days=701)
    assert cleared("inactivity_warnings", warn_at).removed == 1
    Person.objects.filter(pk=person.pk).update(last_login=warn_at + DAY)
    later = warn_at + timedelta(days=60)
    assert cleared("inactive_accounts", later).found == 0
    assert cleared("inactivity_warnings", warn_at + timedelta(days=702)).removed == 1


def test_who_came_by_the_counter_stays_as_long_as_the_proof_holds(west: Portal) -> None:
    person = make_person(west, at=START)
    Person.objects.filter(pk=person.pk).update(email=None, origin=Origin.COUNTER)
    proof = ResidencyProof.objects.get(person=person)
    assert cleared("inactive_accounts", proof.valid_until - DAY).found == 0
    assert cleared("inactive_accounts", proof.valid_until + DAY).removed == 1


def test_proofs_go_some_days_after_their_end_with_what_recognised_the_person(west: Portal) -> None:
    person = signed_in(west, at=START)
    proof = ResidencyProof.objects.get(person=person)
    Person.objects.filter(pk=person.pk).update(last_login=proof.valid_until)
    assert cleared("proofs", proof.valid_until + timedelta(days=29)).found == 0
    assert IdentityKey.objects.filter(person=person).exists()
    assert cleared("proofs", proof.valid_until + timedelta(days=31)).removed == 1
    assert not IdentityKey.objects.filter(person=person).exists()
    assert Person.objects.filter(pk=person.pk).exists()


def test_messages_go_after_a_year_but_not_before_they_were_sent(west: Portal) -> None:
    person = signed_in(west, at=START)
    plan = make_plan(west, at=START)
    cast_vote(actor=actor_of(person, west, at=START), public_id=plan.public_id, now=START)
    assert cleared("messages", START + timedelta(days=366)).found == 0
    Message.objects.update(delivery="sent")
    assert cleared("messages", START + timedelta(days=364)).found == 0
    assert cleared("messages", START + timedelta(days=366)).removed == Message.objects.count() + 1


def test_help_goes_two_years_after_it_ended(west: Portal) -> None:
    one, other = make_person(west), make_person(west)
    Mandate.objects.create(
        municipality=west.municipality,
        portal=west,
        person=one,
        assistant=other,
        channel=HelpChannel.COUNTER,
        given_at=START,
        ends_at=START + DAY,
    )
    assert cleared("mandates", START + timedelta(days=730)).found == 0
    assert cleared("mandates", START + timedelta(days=732)).removed == 1


def test_a_dry_run_changes_nothing(west: Portal) -> None:
    make_person(west, verified=False)
    assert cleared("unused_accounts", LATER, dry_run=True) == Cleared("unused_accounts", found=1)
    assert cleared("unused_accounts", LATER, dry_run=True).found == 1


def test_without_a_clock_nothing_is_removed_and_it_is_said(west: Portal) -> None:
    make_person(west, verified=False)
    RetentionClock.objects.filter(purpose="unused_accounts").delete()
    assert cleared("unused_accounts", LATER) == Cleared("unused_accounts", found=0, failed=1)
    assert Person.objects.count() == 1


# By the clock in Amsterdam: 02:59 and 03:00 in winter and in summer.
NIGHTS = [
    (datetime(2026, 1, 10, 1, 59, tzinfo=UTC), False),
    (datetime(2026, 1, 10, 2, 0, tzinfo=UTC), True),
    (datetime(2026, 7, 10, 0, 59, tzinfo=UTC), False),
    (datetime(2026, 7, 10, 1, 0, tzinfo=UTC), True),
    (datetime(2026, 7, 10, 20, 0, tzinfo=UTC), True),
]


@pytest.mark.parametrize(("at", "is_due"), NIGHTS)
def test_the_night_falls_at_three_in_amsterdam(at: datetime, is_due: bool) -> None:
    assert bool(list(nights_to_clean(at))) is is_due


def test_a_night_is_cleaned_once_with_a_report(west: Portal) -> None:
    unused = make_person(west, verified=False)
    at = datetime(2026, 3, 10, 3, tzinfo=UTC)
    walk(at)
    walk(at + timedelta(minutes=1))
    report = CleanUpReport.objects.get()
    assert (report.day, report.finished_at) == (at.date(), at)
    result = CleanUpResult.objects.get(report=report, slug="unused_accounts")
    assert (result.found, result.removed, result.failed) == (1, 1, 0)
    assert not Person.objects.filter(pk=unused.pk).exists()
    walk(at + DAY)
    assert CleanUpReport.objects.count() == 2
    # A night in which nothing went is no news.
    assert Entry.objects.get(action="identity.cleaned_up").details == {"removed": 1}


def test_a_night_that_was_ended_halfway_is_done_again(west: Portal) -> None:
    at = datetime(2026, 3, 10, 3, tzinfo=UTC)
    CleanUpReport.objects.create(day=at.date(), started_at=at)
    assert list(nights_to_clean(at + timedelta(minutes=59))) == []
    walk(at + timedelta(minutes=61))
    assert CleanUpReport.objects.get().finished_at == at + timedelta(minutes=61)


def test_one_row_that_is_refused_holds_up_no_other(west: Portal) -> None:
    keeps, goes = (make_person(west, verified=False) for _ in range(2))
    refuse_removing(keeps)
    assert cleared("unused_accounts", LATER) == Cleared("unused_accounts", found=2, removed=1, failed=1)
    assert set(Person.objects.all()) == {keeps}
    assert not Person.objects.filter(pk=goes.pk).exists()


def refuse_removing(person: Person) -> None:
    """The database keeps this row, as it does when a key that nobody thought of points at it."""
    if connection.vendor == "postgresql":
        statements = [
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE foreign_key_violation; END $$",
            "CREATE TRIGGER keeps BEFORE DELETE ON identity_person FOR EACH ROW"
            f" WHEN (OLD.id = {person.pk}) EXECUTE FUNCTION keep()",
        ]
    else:
        statements = [
            f"CREATE TRIGGER keeps BEFORE DELETE ON identity_person WHEN OLD.id = {person.pk}"
            " BEGIN SELECT RAISE(ABORT, 'kept'); END"
        ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_the_command_reports_and_changes_nothing_in_a_dry_run(west: Portal) -> None:
    make_person(west, verified=False)
    said = StringIO()
    call_command("clean_up", "--dry-run", "--json", stdout=said)
    report = json.loads(said.getvalue())
    assert report["dry_run"] is True
    assert report["kinds"]["unused_accounts"] == {"found": 1, "removed": 0, "failed": 0}
    call_command("clean_up", stdout=StringIO())
    assert not Person.objects.exists()


def test_the_command_fails_when_something_could_not_be_removed(west: Portal) -> None:
    RetentionClock.objects.all().delete()
    with pytest.raises(CommandError):
        call_command("clean_up", stdout=StringIO())
