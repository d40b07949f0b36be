"""Texts are found wherever people read them, and a translation that is not in order does not pass."""

import gettext
from io import StringIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation as django_translation

from backend.core import translation

CODE = '''
from django.utils.translation import gettext_lazy as _, ngettext, ngettext_lazy, npgettext, pgettext_lazy

TITLE = _("Plans")
LONG = _(
    "Your vote is kept. "
    "It does not count yet."
)
CHAIR = pgettext_lazy("furniture", "Chair")
VOTES = ngettext_lazy("%(count)d vote", "%(count)d votes", "count")


def shown(count):
    """_("Not a text: this stands in a docstring")"""
    return ngettext("%(count)d day", "%(count)d days", count), npgettext("time", "one", "many", count)
'''
TEMPLATE = """{% extends "layout/page.html" %}
{% block main %}
    <h1>{% translate "What do you want to change?" %}</h1>
  <p title="{% translate 'Chair' context "meeting" %}">{{ _("In brackets") }}</p>
      {# Translators: on the button #}
      <button>{{ label|default:_("Send") }}</button>
    {% blocktranslate trimmed with name=person.name %}
      Hello {{ name }},
      welcome back: 100% yours.
    {% endblocktranslate %}
  {% blocktranslate trimmed count votes=plan.votes %}
    one vote (it's "new")
  {% plural %}
    {{ votes }} votes
  {% endblocktranslate %}
    {% comment %} {% translate "Left out" %} ( unfinished {% endcomment %}
  <p>It's ( not "closed</p>
{% endblock %}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in {
        "backend/core/words.py": CODE,
        "panels/words.py": 'TITLE = _("Panel")\n',
        "frontend/templates/proposals/plan.html": TEMPLATE,
        "frontend/templates/email/welcome.txt": "{% translate 'Welcome' %}\n",
        "frontend/templates/print/poster.typ": "#let x = \"{% translate 'No template' %}\"\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def found_in(project: Path) -> set[tuple[object, str | None]]:
    return {(message.id, message.context) for message in translation.gather(project) if message.id}


def test_texts_are_found_in_code_and_templates(project: Path) -> None:
    assert found_in(project) == {
        ("Plans", None),
        ("Your vote is kept. It does not count yet.", None),
        ("Chair", "furniture"),
        (("%(count)d vote", "%(count)d votes"), None),
        (("%(count)d day", "%(count)d days"), None),
        (("one", "many"), "time"),
        ("Panel", None),
        ("What do you want to change?", None),
        ("Chair", "meeting"),
        ("In brackets", None),
        ("Send", None),
        ("Hello %(name)s, welcome back: 100%% yours.", None),
        (('one vote (it\'s "new")', "%(votes)s votes"), None),
        ("Welcome", None),
    }


def catalog_of(*texts: tuple[object, object], fuzzy: bool = False) -> Catalog:
    catalog = Catalog("nl", fuzzy=False)
    for text, translated in texts:
        catalog.add(text, translated, flags={"fuzzy"} if fuzzy else set())  # type: ignore[arg-type]
    return catalog


@pytest.mark.parametrize(
    ("catalog", "problem"),
    [
        (catalog_of(("Hello %(name)s", "Dag %(name)s")), None),
        (catalog_of(), "not translated"),
        (catalog_of(("Hello %(name)s", "")), "not translated"),
        (catalog_of(("Hello %(name)s", "Dag %(name)s"), fuzzy=True), "uncertain"),
        (catalog_of(("Hello %(name)s", "Dag")), "placeholders differ (%(name)s)"),
        (catalog_of(("Hello %(name)s", "Dag %(naam)s")), "placeholders differ (%(naam)s, %(name)s)"),
        (catalog_of(("Hello %(name)s", "Dag %(name)s"), ("Bye", "Dag")), "no longer used"),
    ],
)
def test_a_translation_must_be_complete_and_fit_its_text(catalog: Catalog, problem: str | None) -> None:
    problems = translation.problems(catalog, catalog_of(("Hello %(name)s", None)))
    assert len(problems) == (0 if problem is None else 1)
    assert problem is None or problem in problems[0]


@pytest.mark.parametrize(
    ("forms", "problem"),
    [
        (("één stem", "%(count)d stemmen"), None),
        (("%(count)d stem", "%(count)d stemmen"), None),
        (("één stem", ""), "not translated"),
        (("één stem", "stemmen"), "placeholders differ"),
        (("{n} stem", "%(count)d stemmen"), "placeholders differ ({n})"),
        ("stemmen", "plural"),
    ],
)
def test_the_form_for_one_may_leave_out_its_number(forms: object, problem: str | None) -> None:
    found = catalog_of((("%(count)d vote", "%(count)d votes"), None))
    key = "%(count)d vote" if isinstance(forms, str) else ("%(count)d vote", "%(count)d votes")
    problems = translation.problems(catalog_of((key, forms)), found)
    assert len(problems) == (0 if problem is None else 1)
    assert problem is None or problem in problems[0]


def test_updating_keeps_translations_drops_the_unused_and_writes_nothing_twice(project: Path) -> None:
    path = translation.file_of(project / "locale", "nl")
    path.parent.mkdir(parents=True)
    path.write_text(
        'msgid ""\nmsgstr ""\n"Language: nl\\n"\n\n'
        'msgid "Plans"\nmsgstr "Plannen"\n\nmsgid "Gone"\nmsgstr "Weg"\n',
        encoding="utf-8",
    )
    translation.update(path, "nl", translation.gather(project))
    first = path.read_text(encoding="utf-8")
    assert 'msgid "Plans"\nmsgstr "Plannen"' in first
    assert "Gone" not in first
    assert "#: backend/core/words.py\n" in first
    assert "Date" not in first
    assert first.index('"Chair"') < first.index('"Plans"') < first.index('"Welcome"')

    translation.update(path, "nl", translation.gather(project))
    assert path.read_text(encoding="utf-8") == first


def test_compiled_translations_are_what_a_reader_gets(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    translation.update(path, "nl", catalog_of(("Plans", None), (("%(n)s vote", "%(n)s votes"), None)))
    text = path.read_text(encoding="utf-8").replace('"Plans"\nmsgstr ""', '"Plans"\nmsgstr "Plannen"')
    text = text.replace('msgstr[0] ""', 'msgstr[0] "%(n)s stem"').replace(
        'msgstr[1] ""', 'msgstr[1] "%(n)s stemmen"'
    )
    path.write_text(text, encoding="utf-8")
    translation.compile_file(path, "nl")
    with path.with_suffix(".mo").open("rb") as file:
        dutch = gettext.GNUTranslations(file)
    assert dutch.gettext("Plans") == "Plannen"
    assert dutch.ngettext("%(n)s vote", "%(n)s votes", 2) == "%(n)s stemmen"


def test_check_lists_what_is_missing_and_fails(project: Path, settings: object) -> None:
    settings.ROOT, settings.LOCALE_PATHS = project, [project / "locale"]  # type: ignore[attr-defined]
    call_command("messages", stdout=StringIO())
    listed = StringIO()
    with pytest.raises(CommandError, match="14 translations are not in order"):
        call_command("messages", "--check", stderr=listed)
    assert "nl: not translated: “Plans” in backend/core/words.py" in listed.getvalue()


def test_english_is_the_source_and_never_falls_back_to_dutch() -> None:
    assert {code for code, _name in settings.LANGUAGES} == {"nl", "en"}
    with django_translation.override("en"):
        assert django_translation.get_language() == "en"
        # Dutch in Django's own catalogue: an English page must not borrow from it.
        assert django_translation.gettext("January") == "January"
        assert django_translation.gettext("Collecting votes") == "Collecting votes"
