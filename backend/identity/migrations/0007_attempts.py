"""How often background work went wrong, and the states of work that was given up."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0006_clocks_and_shown_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='dataexport',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='dataexport',
            name='try_again_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='letterrun',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='letterrun',
            name='try_again_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='residentlist',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='residentlist',
            name='try_again_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name='dataexport',
            name='state',
            field=models.CharField(choices=[('requested', 'Being made'), ('ready', 'Ready to fetch'), ('fetched', 'Fetched'), ('expired', 'Thrown away'), ('failed', 'Could not be made')], default='requested', max_length=10),
        ),
        migrations.AlterField(
            model_name='letterrun',
            name='state',
            field=models.CharField(choices=[('printing', 'Is being made'), ('printed', 'Ready'), ('failed', 'Could not be made'), ('revoked', 'Revoked')], default='printing', max_length=8),
        ),
        migrations.AlterField(
            model_name='residentlist',
            name='state',
            field=models.CharField(choices=[('mapping', 'Waits for you to say what the columns are'), ('checking', 'Is being checked'), ('broken', 'Cannot be read'), ('failed', 'Could not be checked'), ('checked', 'Checked, waits for you'), ('imported', 'Imported'), ('cleared', 'Used, names and addresses removed'), ('discarded', 'Thrown away')], default='mapping', max_length=9),
        ),
    ]
