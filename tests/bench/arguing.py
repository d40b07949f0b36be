"""Writes arguments about a plan at a steady pace, and says when each was committed.

Called as `arguing PLAN FIRST NUMBER PACE`.
"""

from __future__ import annotations

import sys
import time

import django

django.setup()

from django.utils import timezone  # noqa: E402  (Django comes first)

from backend.core.actor import Actor  # noqa: E402
from backend.core.tenancy import in_municipality  # noqa: E402
from backend.discussion.services.arguments import place_argument  # noqa: E402
from backend.discussion.states import Side  # noqa: E402
from backend.identity.models import Person  # noqa: E402
from backend.proposals.models import Plan  # noqa: E402

# As long as people write.
REST = " De bewoners van de straat willen meer groen, en minder auto's die de stoep op rijden." * 3


def main(public_id: str, first: int, number: int, per_second: int) -> None:
    plan = Plan.objects.all_municipalities().select_related("thread").get(public_id=public_id)
    assert plan.thread
    writers = list(Person.objects.order_by("-pk").values_list("pk", flat=True)[:200])
    began = time.monotonic()
    with in_municipality(plan.municipality_id):
        for index in range(number):
            time.sleep(max(0.0, began + index / per_second - time.monotonic()))
            place_argument(
                actor=Actor(plan.municipality_id, plan.portal_id, writers[index % len(writers)]),
                thread_public_id=plan.thread.public_id,
                side=(Side.FOR, Side.AGAINST)[index % 2],
                text=f"Argument nummer {first + index}.{REST}",
                now=timezone.now(),
            )
            sys.stdout.write(f"{first + index} {time.monotonic()}\n")


if __name__ == "__main__":
    main(sys.argv[1], *(int(argument) for argument in sys.argv[2:]))
