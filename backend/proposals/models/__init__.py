"""Plans, their votes, the monthly count and the committee's agenda."""

from .announcements import Announcement
from .meetings import AgendaItem, Meeting, Outcome
from .plans import Category, Plan, Picture
from .rounds import PlanCount, Protocol, Round, Rules
from .votes import Vote
from .imports import ImportRun

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
    "Protocol",
    "Round",
    "Rules",
    "Vote",
]
