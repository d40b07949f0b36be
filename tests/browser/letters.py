"""Lists and batches of letters in every state, as the made-up organiser would have left them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.utils import timezone

from backend.core.due import walk
from backend.core.tenancy import in_municipality
from backend.identity.demo import demo_person
from backend.identity.models import LetterRun, ResidentList
from backend.identity.selectors.acting import actor_for
from backend.identity.services.letters import replace_letter, revoke_run, start_run
from backend.identity.services.lists import choose_columns
from backend.identity.states import ListPurpose, ListState, RunState
from backend.places.models import Portal
from tests.builders.letters import (
    PEOPLE_HEADINGS,
    check,
    import_list,
    people_csv,
    print_letters,
    print_on,
    send_in,
)

OWN = "Achternaam;Voornaam;Geboortedatum;E-mail\nVos;Noor;1991-02-03;noor@example.org\n"


def letters_in_every_state(portal: Portal) -> dict[str, str]:
    """The public id of each. What is being checked or made stays so until somebody walks."""
    now = timezone.now()
    organiser = actor_for(demo_person("organisator"), portal, now=now, second_factor=True)
    send = partial(send_in, organiser, portal, at=now)
    bring_in = partial(import_list, portal, at=now, actor=organiser)
    wrong = f"{PEOPLE_HEADINGS}\n;Noor;31-02-1990;1055;nul;;;\n=1+1;Noor;1990-01-01;1055TK;1;;;\n"
    used = bring_in(people_csv(12, first=100), name="Bewoners van de kade")
    printed = print_letters(used, at=now, actor=organiser)
    last_day = (now + timedelta(weeks=8)).date()
    with in_municipality(portal.municipality_id):
        small = replace_letter(
            actor=organiser,
            run_public_id=printed.public_id,
            number=2,
            reason="Kwijtgeraakt",
            valid_until=last_day,
            now=now,
        )
    print_on(small, at=now)
    revoked = print_letters(bring_in(people_csv(2, first=200)), at=now, actor=organiser)
    with in_municipality(portal.municipality_id):
        revoke_run(actor=organiser, run_public_id=revoked.public_id, reason="Verkeerde lijst", now=now)
    broken = check(organiser, send(people_csv(1, first=300) + f"{'x' * 200_000};\n"), at=now)
    checked = check(organiser, send(people_csv(30, first=400) + wrong.partition("\n")[2]), at=now)
    made: dict[str, ResidentList | LetterRun] = {
        "list_used": used,
        "list_broken": broken,
        "list_checked": checked,
        "list_wrong": check(organiser, send(wrong), at=now),
        "list_imported": bring_in(people_csv(3, first=500)),
        "list_own": bring_in(OWN, purpose=ListPurpose.OWN_LIST, name="Wie al meedeed"),
        "run_printed": printed,
        "run_small": small,
        "run_revoked": revoked,
        "list_mapping": send("Wie;Roepnaam;Geboren;Postcode;Huisnr\nVos;Noor;1990-01-01;1055TK;1\n"),
    }
    failed_list = send(people_csv(5, first=800))
    failed_run = print_letters(bring_in(people_csv(2, first=900)), at=now, actor=organiser)
    late_run = print_letters(bring_in(people_csv(2, first=950)), at=now, actor=organiser)
    walk(timezone.now())
    printing = bring_in(people_csv(4, first=600))
    checking = send(people_csv(5, first=700))
    with in_municipality(portal.municipality_id):
        choose_columns(actor=organiser, public_id=checking.public_id, columns=checking.columns, now=now)
        made["run_printing"] = start_run(
            actor=organiser, list_public_id=printing.public_id, valid_until=last_day, now=now
        )
    made["list_checking"] = checking
    made |= {"list_failed": failed_list, "run_failed": failed_run, "run_late": late_run}
    lists, runs = ResidentList.objects.all_municipalities(), LetterRun.objects.all_municipalities()
    lists.filter(pk=failed_list.pk).update(state=ListState.FAILED)
    runs.filter(pk__in=[failed_run.pk, late_run.pk]).update(state=RunState.FAILED)
    runs.filter(pk=late_run.pk).update(file_removed_at=now)
    return {name: row.public_id for name, row in made.items()}
