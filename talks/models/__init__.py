"""Talks, the people of collective ones, limits of written answers."""

from talks.models.kinds import TalkKind
from talks.models.limits import DayKind, TalkLimit
from talks.models.talk import Talk, TalkAttendee

__all__ = ["DayKind", "Talk", "TalkAttendee", "TalkKind", "TalkLimit"]
