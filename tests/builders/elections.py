"""Made-up elections as files, and a portal to read them into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from backend.places.models import District, Municipality, Portal

DATA = Path(__file__).parents[1] / "data"
REAL_DATA = Path(__file__).parents[3] / "shared" / "data" / "pabulib"

Choices = Sequence[str]


def election_text(
    ballots: Sequence[tuple[str, Choices]],
    *,
    projects: Mapping[str, str] | None = None,
    meta: Mapping[str, str | int | None] | None = None,
) -> str:
    """A file with these ballots. Projects are ids with their titles; meta None leaves a line out."""
    projects = projects if projects is not None else {"1": "Een bankje", "2": "Een boom", "3": "Een schommel"}
    said: dict[str, str | int | None] = {
        "description": "Verzonnen",
        "num_projects": len(projects),
        "num_votes": len(ballots),
        "vote_type": "approval",
        **(meta or {}),
    }
    lines = ["META", "key;value"]
    lines += [f"{key};{value}" for key, value in said.items() if value is not None]
    lines += ["PROJECTS", "project_id;cost;name"]
    lines += [f"{reference};1000;{title}" for reference, title in projects.items()]
    lines += ["VOTES", "voter_id;vote"]
    lines += [f"{voter};{','.join(choices)}" for voter, choices in ballots]
    return "\n".join(lines) + "\n"


def write_election(folder: Path, text: str | bytes, name: str = "election.pb") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def make_importing_portal(slug: str = "west", *, code: str = "GM0363") -> Portal:
    municipality, _ = Municipality.objects.get_or_create(code=code, defaults={"name": "Voorbeeldstad"})
    district = District.objects.all_municipalities().create(municipality=municipality, name=slug.title())
    return Portal.objects.all_municipalities().create(
        municipality=municipality,
        district=district,
        slug=slug,
        hostname=f"{slug}.localhost",
        name=f"Stem van {slug.title()}",
    )
