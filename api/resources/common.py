"""Values that several resources have."""

from typing import Annotated

from django.utils.translation import gettext_noop
from ninja import Field, Query, Schema

from common.models import Timed

Text = Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Query(max_length=20, pattern=r"^[A-Z0-9]*$", description=gettext_noop("code of a unit; empty for all"))]


class PersonOut(Schema):
    """Somebody, by staff number and name."""

    staff_number: str
    name: str


class LevelOut(Schema):
    """The greater `severity`, the graver, whatever the label says."""

    severity: int
    label: str


class Problem(Schema):
    """What is wrong, and what to do (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


def changed(row: Timed) -> str:
    """When it was last changed, with its zone."""
    return row.updated_at.isoformat()


ERRORS = {401: Problem, 403: Problem, 404: Problem, 422: Problem, 429: Problem}
