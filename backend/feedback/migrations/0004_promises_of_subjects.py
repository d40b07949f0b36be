import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0003_keep_old_promises'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='promise',
            name='due_on',
        ),
        migrations.RemoveField(
            model_name='promise',
            name='owed_by',
        ),
        migrations.RemoveField(
            model_name='promise',
            name='old_subject_id',
        ),
        migrations.RemoveField(
            model_name='promise',
            name='subject_type',
        ),
        migrations.AlterField(
            model_name='promise',
            name='subject',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='feedback.subject'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(fields=['subject', 'state'], name='promises_by_state'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(fields=['person', '-opened_at'], name='promises_of_person'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('answer__isnull', False)), fields=['answer', 'person'], name='promises_of_answer'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('waiver__isnull', False)), fields=['waiver'], name='promises_of_waiver'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('told_by_person__isnull', False)), fields=['told_by_person'], name='promises_told_by_person'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('subject', 'person', 'contribution'), name='one_open_promise_per_contribution'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'waived'), _negated=True), ('waiver__isnull', False), _connector='OR'), name='waived_promise_has_a_waiver'),
        ),
        migrations.AddConstraint(
            model_name='promise',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['answered', 'unreachable']), _negated=True), ('answer__isnull', False), _connector='OR'), name='answered_promise_has_an_answer'),
        ),
    ]
