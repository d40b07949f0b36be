"""One person who votes and takes back at the same time, from as many tabs as they like."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError
from django.utils import timezone

from backend.places.models import Portal
from backend.proposals.models import Vote
from backend.proposals.services.votes import cast_vote, withdraw_vote
from tests.builders.people import make_actor
from tests.builders.plans import again, make_plan
from tests.builders.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_voting_and_taking_back_at_once_ends_as_one_of_the_two(west: Portal) -> None:
    plan = make_plan(west, at=timezone.now())
    voter = make_actor(west)
    vote = partial(cast_vote, actor=voter, public_id=plan.public_id, now=timezone.now())
    take_back = partial(withdraw_vote, actor=voter, public_id=plan.public_id, now=timezone.now())
    jobs: list[Callable[[], object]] = [vote, take_back] * 24
    answers = at_once(jobs, municipality_id=west.municipality_id)
    assert not [answer for answer in answers if isinstance(answer, IntegrityError)]
    standing = Vote.objects.filter(plan=plan, withdrawn_at=None).count()
    assert standing in (0, 1)
    assert again(plan).vote_count == standing
