"""Reading in areas and their boundaries."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from backend.audit.models import Entry
from backend.core.actor import Actor
from backend.core.errors import InvalidInput, NotAllowed
from backend.places.area_table import AreaRow
from backend.places.boundaries import Boundary
from backend.places.models import Area
from backend.places.services import AreasReport, import_areas

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
SYSTEM = Actor.system("a test")
POLYGON = {"type": "Polygon", "coordinates": [[[4.0, 52.0], [5.0, 52.0], [5.0, 53.0], [4.0, 52.0]]]}
ROWS = [
    AreaRow("BU03440111", "buurt", "Oog in Al", "WK034401"),
    AreaRow("GM0344", "municipality", "Utrecht", ""),
    AreaRow("WK034401", "wijk", "Wijk 01 West", "GM0344"),
    AreaRow("WK034403", "wijk", "Wijk 03 Overvecht", "GM0344"),
]


def read_in(rows: Sequence[AreaRow] = ROWS, year: int = 2022, **options: Any) -> AreasReport:
    return import_areas(actor=SYSTEM, year=year, rows=rows, now=NOW, **options)


def test_areas_are_read_in_with_what_they_lie_in() -> None:
    report = read_in()
    assert (report.created, report.changed, report.unchanged) == (4, 0, 0)
    buurt = Area.objects.get(code="BU03440111", year=2022)
    assert buurt.parent is not None
    assert buurt.parent.parent is not None
    assert (buurt.parent.name, buurt.parent.parent.name) == ("Wijk 01 West", "Utrecht")
    assert buurt.municipality_code == "GM0344"
    entry = Entry.objects.get()
    assert (entry.action, entry.details["created"]) == ("places.areas_imported", 4)


def test_reading_in_again_changes_nothing_and_leaves_no_trace() -> None:
    read_in()
    report = read_in()
    assert (report.created, report.changed, report.unchanged) == (0, 0, 4)
    assert Entry.objects.count() == 1


def test_a_new_name_is_taken_over_and_what_is_gone_is_kept() -> None:
    read_in(boundaries=[Boundary("WK034403", "", POLYGON)])
    report = read_in([ROWS[1], AreaRow("WK034403", "wijk", "Overvecht", "GM0344")])
    assert (report.created, report.changed, report.unchanged) == (0, 1, 1)
    assert report.not_in_table == ["BU03440111", "WK034401"]
    area = Area.objects.get(code="WK034403")
    assert (area.name, area.boundary) == ("Overvecht", POLYGON)


def test_years_stand_beside_each_other() -> None:
    read_in()
    read_in([ROWS[1]], year=2023)
    assert Area.objects.filter(code="GM0344").count() == 2


def test_a_dry_run_tells_the_same_and_keeps_nothing() -> None:
    dry = read_in(is_dry_run=True)
    assert dry.created == 4
    assert not Area.objects.exists()
    assert not Entry.objects.exists()


def test_boundaries_are_matched_by_name_within_one_municipality() -> None:
    report = read_in(boundaries=[Boundary("", "Overvecht", POLYGON)], municipality_code="GM0344")
    assert report.boundaries_matched == ["WK034403"]
    assert Area.objects.get(code="WK034403").boundary == POLYGON
    with pytest.raises(InvalidInput, match="Say which municipality"):
        read_in(boundaries=[Boundary("", "Overvecht", POLYGON)])


def test_a_boundary_of_no_known_area_is_refused_with_all_the_rest() -> None:
    boundaries = [Boundary("WK034403", "", POLYGON), Boundary("WK999999", "Nergens", POLYGON)]
    with pytest.raises(InvalidInput, match="WK999999"):
        read_in(boundaries=boundaries)
    assert not Area.objects.exists()
    report = read_in(boundaries=boundaries, allow_unmatched=True)
    assert (report.boundaries_matched, report.boundaries_unmatched) == (["WK034403"], ["WK999999"])


@pytest.mark.parametrize(
    "actor", [Actor.visitor(municipality_id=1), Actor(1, 1, 1, frozenset({"administrator", "clerk"}))]
)
def test_only_the_operator_reads_in_areas(actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        import_areas(actor=actor, year=2022, rows=ROWS, now=NOW)


def table(folder: Path) -> Path:
    path = folder / "areas.csv"
    path.write_text("code,kind,name,parent\n" + "".join(",".join(row) + "\n" for row in ROWS))
    return path


def test_the_command_reads_a_file_and_reports_in_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    boundaries = tmp_path / "map.geojson"
    feature = {"type": "Feature", "properties": {"statcode": "WK034401"}, "geometry": POLYGON}
    boundaries.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    call_command("import_areas", file=table(tmp_path), boundaries=boundaries, as_json=True)
    report = json.loads(capsys.readouterr().out)
    assert report["created"] == 4
    assert report["boundaries_matched"] == ["WK034401"]


def test_the_command_says_that_a_dry_run_changed_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_areas", file=table(tmp_path), dry_run=True)
    assert "4 new" in (out := capsys.readouterr().out)
    assert "dry run" in out
    assert not Area.objects.exists()


def test_a_broken_map_leaves_the_table_unread_too(tmp_path: Path) -> None:
    broken = tmp_path / "map.geojson"
    broken.write_text('{"type": "FeatureCollection", "features": [{"properties": {"code": "WK034401"}}]}')
    with pytest.raises(CommandError, match="broken boundary"):
        call_command("import_areas", file=table(tmp_path), boundaries=broken)
    assert not Area.objects.exists()


def test_a_year_without_a_table_is_refused() -> None:
    with pytest.raises(CommandError, match="No table of 1999 comes along"):
        call_command("import_areas", year=1999)


def test_the_whole_country_is_read_in() -> None:
    call_command("import_areas")
    assert Area.objects.filter(kind="municipality").count() == 345
    assert Area.objects.filter(kind="wijk").count() == 3340
    assert Area.objects.filter(kind="buurt").count() == 14317
    assert not Area.objects.filter(parent=None).exclude(kind="municipality").exists()
