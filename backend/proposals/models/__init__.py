"""Plans, their votes, the monthly count and the committee's agenda."""

from .announcements import Announcement
from .imports import ImportRun
from .meetings import AgendaItem, Meeting, Outcome
from .plans import Category, Picture, Plan, PlanVersion
from .rounds import PlanCount, Protocol, Round, Rules
from .votes import Vote

__all__ = [
    "AgendaItem",
    "Announcement",
    "Category",
    "ImportRun",
    "Meeting",
    "Outcome",
    "Picture",
    "Plan",
    "PlanCount",
    "PlanVersion",
    "Protocol",
    "Round",
    "Rules",
    "Vote",
]
