"""How long an address is kept that asked for the newsletter and did not confirm."""

from django.db import migrations, models

CLOCK = {
    "days": 7,
    "legal_basis_nl": "AVG artikel 5, lid 1, onder e: een week om de link in de mail te openen.",
    "legal_basis_en": "AVG (GDPR) article 5(1)(e): a week to open the link in the mail.",
}


def seed_clocks(apps, schema_editor):
    clock = apps.get_model("identity", "RetentionClock")
    clock.objects.get_or_create(purpose="subscriptions", defaults=CLOCK)


class Migration(migrations.Migration):

    dependencies = [("identity", "0007_attempts")]

    operations = [
        migrations.AlterField(
            model_name='retentionclock',
            name='purpose',
            field=models.CharField(choices=[('sessions', 'Staying signed in'), ('unused_accounts', 'Accounts that nobody signed in to'), ('inactive_accounts', 'Accounts that are not used any more'), ('left_people', 'The empty place of somebody who left'), ('proofs', 'Proof of where somebody lives, after its end'), ('mandates', 'Who helped whom'), ('messages', 'Messages'), ('subscriptions', 'Addresses that asked for the newsletter and did not confirm'), ('exports', "A copy of one's own data"), ('letters_downloaded', 'Addresses of letters, after they were downloaded'), ('letters_printed', 'Addresses of letters, after they were printed'), ('lists_unconfirmed', 'Lists of residents that nobody confirmed'), ('lists_unprinted', 'Names and addresses of lists that were never printed'), ('letter_hashes', 'Keyed hashes of who letters were to, after their codes expired'), ('own_lists', "Keyed hashes of a municipality's own list"), ('erasures', 'The list of who was erased'), ('audit_record', 'The record of who did what')], max_length=20, unique=True),
        ),
        migrations.RunPython(seed_clocks, migrations.RunPython.noop),
    ]
