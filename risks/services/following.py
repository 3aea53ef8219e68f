"""What the register does when the organisation or the power catalogue changes: it follows at once and leaves a trace."""

from accounts.models import User
from positions.models import Catalogue


def follow_organisation(*, unit_ids: set[int], by: User | None, reason: str) -> None:
    """Move responsibility and waiting review steps to whom they now belong (domain §3: follows when appointments or 分工 change)."""


def follow_catalogue(*, catalogue: Catalogue, by: User) -> None:
    """Point risks and measures at the items and steps of the version now in force (same lineage and step key)."""
