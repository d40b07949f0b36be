"""How long things are kept at first, and the consent of people whose name stands with their plans already."""

from django.db import migrations

AVG = "AVG artikel 5, lid 1, onder e"
GDPR = "AVG (GDPR) article 5(1)(e)"
# Purpose, days, and why so long: in Dutch and in English. 0 where the days are fixed in another way.
CLOCKS = [
    ("sessions", 60, f"{AVG}: niet langer dan handig is voor wie meedoet.", f"{GDPR}: no longer than is handy for who takes part."),
    ("unused_accounts", 30, f"{AVG}: niemand gebruikt het account.", f"{GDPR}: nobody uses the account."),
    ("inactive_accounts", 730, f"{AVG}: twee jaar is een halve raadsperiode.", f"{GDPR}: two years is half a council term."),
    ("left_people", 0, "AVG artikel 17: wissen zonder uitstel.", "AVG (GDPR) article 17: erase without delay."),
    ("proofs", 30, f"{AVG}: tot late tellingen klaar zijn.", f"{GDPR}: until late counts are done."),
    ("mandates", 730, f"{AVG}: om een klacht over hulp te kunnen uitzoeken.", f"{GDPR}: to look into a complaint about help."),
    ("messages", 365, f"{AVG}: een jaar om terug te lezen wat is beloofd.", f"{GDPR}: a year to read again what was promised."),
    ("exports", 0, "AVG artikel 32: een kopie blijft niet slingeren.", "AVG (GDPR) article 32: no copy is left lying about."),
    ("letters_downloaded", 14, f"{AVG}: tijd om opnieuw te drukken.", f"{GDPR}: time to print again."),
    ("letters_printed", 30, f"{AVG}: tijd voor retourpost.", f"{GDPR}: time for post that comes back."),
    ("lists_unconfirmed", 7, f"{AVG}: een week om fouten in een lijst te herstellen.", f"{GDPR}: a week to mend a list."),
    ("lists_unprinted", 30, f"{AVG}: een maand om de brieven te laten maken.", f"{GDPR}: a month to have the letters made."),
    ("letter_hashes", 30, f"{AVG}: tot niemand de code meer kan gebruiken.", f"{GDPR}: until nobody can use the code."),
    ("own_lists", 365, f"{AVG}: een jaar om in te loggen.", f"{GDPR}: a year to sign in."),
    ("erasures", 0, "AVG artikel 17: wie gewist is, blijft gewist.", "AVG (GDPR) article 17: who was erased stays erased."),
    ("audit_record", 2557, "Archiefwet 1995 en de selectielijst van gemeenten: verantwoording.", "Archives Act 1995 and the municipal selection list: accountability."),
]


def seed_clocks(apps, schema_editor):
    clock = apps.get_model("identity", "RetentionClock")
    for purpose, days, basis_nl, basis_en in CLOCKS:
        clock.objects.get_or_create(
            purpose=purpose, defaults={"days": days, "legal_basis_nl": basis_nl, "legal_basis_en": basis_en}
        )


def keep_shown_names(apps, schema_editor):
    """Who filled in a name did so under the words that it is shown with their plans."""
    person, consent = apps.get_model("identity", "Person"), apps.get_model("identity", "Consent")
    named = person.objects.exclude(name="").values_list("pk", "joined_at")
    consent.objects.bulk_create(
        (
            consent(person_id=pk, purpose="name_with_plans", version=1, given_at=joined_at)
            for pk, joined_at in named.iterator(chunk_size=1_000)
        ),
        batch_size=1_000,
    )


class Migration(migrations.Migration):
    dependencies = [("identity", "0005_own_data")]
    operations = [
        migrations.RunPython(seed_clocks, migrations.RunPython.noop),
        migrations.RunPython(keep_shown_names, migrations.RunPython.noop),
    ]
