"""The made-up plans to try the platform with, and what made-up people say about them."""

from __future__ import annotations

from django.utils import timezone

from backend.discussion.models import Objection, Post, Report
from backend.identity.demo import demo_person
from backend.places.models import Portal
from backend.proposals.demo import create_demo
from backend.proposals.models import Plan, PlanVersion
from tests.builders.web import client_for, url


def test_a_newcomer_finds_plans_that_people_argue_about_and_a_second_time_changes_nothing(
    west: Portal,
) -> None:
    found = []
    for _ in range(2):
        create_demo(west, now=timezone.now(), with_plans=True)
        found.append((Plan.objects.count(), Post.objects.count(), PlanVersion.objects.count()))
    assert found[0] == found[1]
    assert set(Post.objects.values_list("kind", "side")) == {
        ("argument", "for"),
        ("argument", "against"),
        ("reply", "neither"),
        ("question", "neither"),
        ("summary", "neither"),
    }
    # Moderators have something to do: a text that waits, a report, and an objection.
    assert set(Post.objects.values_list("state", flat=True)) == {"shown", "held", "hidden"}
    assert (Report.objects.filter(outcome="").count(), Objection.objects.filter(outcome="").count()) == (1, 1)
    official = client_for(demo_person("ambtenaar"), west)
    assert "Write the answer" in official.get(url("answers_owed")).text
    benches = Plan.objects.get(title="Meer bankjes langs de kade")
    page = client_for(None, west).get(url("plan", benches.public_id)).text
    for words in ("Mijn moeder loopt graag", "Ik neem mee", "Ingrid", "Buurtlijst", "Version 2", "Taken up"):
        assert words in page, words
