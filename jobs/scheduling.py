"""Work of the clock: done once for each planned time."""

from common.schedule import Work


def perform(*, work: Work) -> None:
    """Do the work whose time has come."""
    work.function()
