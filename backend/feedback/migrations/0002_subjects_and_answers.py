import backend.core.ids
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0001_initial'),
        ('places', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_before', models.DateField()),
                ('due_on', models.DateField()),
                ('reason', models.TextField(max_length=1000)),
                ('made_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=backend.core.ids.new_public_id, editable=False, max_length=10, unique=True)),
                ('done', models.TextField(blank=True, max_length=3000)),
                ('not_done', models.TextField(blank=True, max_length=3000)),
                ('why', models.TextField(blank=True, max_length=3000)),
                ('contributions', models.JSONField(default=list)),
                ('template', models.CharField(default='answer', max_length=40)),
                ('version', models.CharField(blank=True, max_length=40)),
                ('context', models.JSONField(default=dict)),
                ('role', models.CharField(blank=True, choices=[('clerk', 'Clerk'), ('councillor', 'Councillor'), ('official', 'Official'), ('moderator', 'Moderator'), ('organiser', 'Organiser'), ('assistant', 'Assistant at the counter'), ('auditor', 'Auditor'), ('privacy_officer', 'Privacy officer'), ('administrator', 'Administrator')], help_text='In which role it was given', max_length=20)),
                ('changed_at', models.DateTimeField()),
                ('edition', models.PositiveIntegerField(default=0)),
                ('sent_at', models.DateTimeField(null=True)),
                ('people', models.PositiveIntegerField(default=0, help_text='How many promises it answered when sent')),
            ],
        ),
        migrations.CreateModel(
            name='Reminded',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField()),
                ('which', models.SmallIntegerField()),
                ('sent_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_id', models.BigIntegerField()),
                ('public_id', models.CharField(default=backend.core.ids.new_public_id, editable=False, max_length=10, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('address', models.CharField(help_text='Path of its page on the portal', max_length=200)),
                ('is_public', models.BooleanField(default=True)),
                ('phase', models.CharField(choices=[('collecting', 'Collecting'), ('translating', 'Translating'), ('changing', 'Changing'), ('answering', 'Answering')], default='collecting', max_length=11)),
                ('owed_by', models.CharField(choices=[('clerk', 'Clerk'), ('councillor', 'Councillor'), ('official', 'Official'), ('moderator', 'Moderator'), ('organiser', 'Organiser'), ('assistant', 'Assistant at the counter'), ('auditor', 'Auditor'), ('privacy_officer', 'Privacy officer'), ('administrator', 'Administrator')], help_text='The role that owes the answer', max_length=20)),
                ('due_on', models.DateField()),
                ('opened_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Waiver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=2000)),
                ('promises', models.PositiveIntegerField()),
                ('waived_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='promise',
            name='one_promise_per_contribution',
        ),
        migrations.RenameField(
            model_name='promise',
            old_name='subject_id',
            new_name='old_subject_id',
        ),
        migrations.AddField(
            model_name='promise',
            name='phase',
            field=models.CharField(choices=[('collecting', 'Collecting'), ('translating', 'Translating'), ('changing', 'Changing'), ('answering', 'Answering')], default='', help_text='Of the subject, at that moment', max_length=11),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='promise',
            name='told_by',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name='promise',
            name='told_by_person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='promise',
            name='contribution',
            field=models.CharField(choices=[('proposed', 'Proposed it'), ('voted', 'Voted for it'), ('argued', 'Said something about it')], max_length=10),
        ),
        migrations.AlterField(
            model_name='promise',
            name='person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='promise',
            name='state',
            field=models.CharField(choices=[('open', 'Answer owed'), ('answered', 'Answer on its way'), ('kept', 'Answered'), ('unreachable', 'Answer did not arrive'), ('waived', 'Waived, with a reason'), ('gone', 'Nobody left to answer')], default='open', max_length=11),
        ),
        migrations.AddField(
            model_name='agreement',
            name='made_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='agreement',
            name='municipality',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.municipality'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='owner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='answer',
            name='municipality',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.municipality'),
        ),
        migrations.AddField(
            model_name='answer',
            name='written_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='promise',
            name='answer',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='feedback.answer'),
        ),
        migrations.AddField(
            model_name='reminded',
            name='municipality',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.municipality'),
        ),
        migrations.AddField(
            model_name='subject',
            name='municipality',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.municipality'),
        ),
        migrations.AddField(
            model_name='subject',
            name='owner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='subject',
            name='portal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.portal'),
        ),
        migrations.AddField(
            model_name='reminded',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='feedback.subject'),
        ),
        migrations.AddField(
            model_name='answer',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='feedback.subject'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='feedback.subject'),
        ),
        migrations.AddField(
            model_name='promise',
            name='subject',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='feedback.subject'),
        ),
        migrations.AddField(
            model_name='waiver',
            name='municipality',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.municipality'),
        ),
        migrations.AddField(
            model_name='waiver',
            name='owner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='waiver',
            name='subject',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waivers', to='feedback.subject'),
        ),
        migrations.AddField(
            model_name='waiver',
            name='waived_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='promise',
            name='waiver',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='feedback.waiver'),
        ),
        migrations.AddIndex(
            model_name='subject',
            index=models.Index(fields=['portal', 'due_on', 'id'], name='subjects_by_date'),
        ),
        migrations.AddConstraint(
            model_name='subject',
            constraint=models.UniqueConstraint(fields=('subject_type', 'subject_id'), name='one_row_per_subject'),
        ),
        migrations.AddConstraint(
            model_name='reminded',
            constraint=models.UniqueConstraint(fields=('subject', 'due_on', 'which'), name='reminded_once_of_a_date'),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(fields=['subject', 'sent_at'], name='answers_of_subject'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(condition=models.Q(('sent_at', None)), fields=('subject', 'written_by'), name='one_draft_per_person_and_subject'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('sent_at', None), models.Q(('template', 'answer'), _negated=True), models.Q(models.Q(('done', ''), _negated=True), models.Q(('not_done', ''), _negated=True), models.Q(('why', ''), _negated=True)), _connector='OR'), name='answer_says_what_and_why'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(fields=['subject', 'made_at'], name='agreements_of_subject'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='agreement_needs_a_reason'),
        ),
        migrations.AddIndex(
            model_name='waiver',
            index=models.Index(fields=['subject', 'waived_at'], name='waivers_of_subject'),
        ),
        migrations.AddConstraint(
            model_name='waiver',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='waiver_needs_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='waiver',
            constraint=models.CheckConstraint(condition=models.Q(('waived_by', models.F('owner')), _negated=True), name='no_owner_waives'),
        ),
    ]
