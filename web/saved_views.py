"""Keeping views of lists (design.md: columns chosen and remembered, saved views). Everybody keeps their own; nobody else sees them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, transaction
from django.db.models import JSONField
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import DomainError, NotPossible
from web.lists import checked_query, kept_query, same_query
from web.models import LONGEST_NAME, SavedView

MOST_VIEWS = 30  # of one list
MOST_COLUMNS = 60
_LONGEST_COLUMN = 60


@dataclass(frozen=True, slots=True)
class View:
    """A named view as the menu shows it."""

    pk: int
    name: str
    query: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the filter bar and the table of one list need: the person's views, and the columns as they left them."""

    address: str
    views: list[View]
    columns: dict[str, bool]


# In words of our own: every list asks it, and Django would take longer to write it than PostgreSQL to answer.
_ROWS = """ARRAY(
    SELECT jsonb_build_object('pk', v.id, 'name', v.name, 'query', v.query, 'columns', v.columns)
    FROM web_savedview v WHERE v.person_id = accounts_user.id AND v.list_key = %s ORDER BY v.name
)"""


def rows_of(list_key: str) -> RawSQL:
    """The rows of the person in the outer query (of users) for one list, read along with whatever else the page asks of that person."""
    return RawSQL(_ROWS, [list_key], output_field=ArrayField(JSONField()))  # noqa: S611 - our own words


def remembered(rows: Iterable[Mapping[str, Any]], *, address: str, query: str) -> Remembered:
    """`rows` as `rows_of` reads them; `query` is the address's, to tell which view is open."""
    now = kept_query(query)
    rows = list(rows)
    views = [View(row["pk"], row["name"], row["query"], same_query(row["query"], now)) for row in rows if row["name"]]
    return Remembered(address, views, next((row["columns"] for row in rows if not row["name"]), {}))


@transaction.atomic
def save(*, by: User, list_key: str, name: str, query: str) -> SavedView:
    """Keep filter, order and the columns as the person left them under a name; a view of that name is replaced.

    Raises DomainError without a name, NotPossible when the list has as many views as it may have.
    """
    name = _named(name)
    rows = {row.name: row for row in SavedView.objects.visible_to(by).filter(list_key=list_key).select_for_update()}
    if name not in rows and len(rows) >= MOST_VIEWS:
        raise NotPossible(_("You keep %(n)d views of this list already. Delete one first.") % {"n": MOST_VIEWS})
    columns = rows[""].columns if "" in rows else {}
    facts = {"query": checked_query(query, list_key), "columns": columns}
    view, _made = SavedView.objects.update_or_create(person=by, list_key=list_key, name=name, defaults=facts)
    return view


@transaction.atomic
def open_view(*, view: SavedView, by: User) -> None:
    """The list takes on the view's columns; its address says the rest."""
    SavedView.objects.update_or_create(person=by, list_key=view.list_key, name="", defaults={"columns": view.columns})


def rename(*, view: SavedView, name: str) -> None:
    """Raises DomainError without a name or when another view of the list has it."""
    view.name = _named(name)
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "updated_at"])
    except IntegrityError as error:
        raise DomainError(_("You already have a view called “%(name)s”.") % {"name": view.name}) from error


def delete(*, view: SavedView) -> None:
    """The named view goes; the list stays as it is."""
    view.delete()


@transaction.atomic
def choose_columns(*, by: User, list_key: str, known: Iterable[str], shown: Iterable[str]) -> None:
    """Remember which of the `known` columns are shown; what was chosen of others stays. Raises DomainError for nonsense."""
    chosen = set(shown)
    choice = {name: name in chosen for name in known}
    if any(not name.isidentifier() or len(name) > _LONGEST_COLUMN for name in choice):
        raise DomainError(_("These are no columns of a list."))
    row, _made = SavedView.objects.get_or_create(person=by, list_key=list_key, name="")
    row = SavedView.objects.select_for_update().get(pk=row.pk)
    row.columns = {**row.columns, **choice}
    if len(row.columns) > MOST_COLUMNS:
        row.columns = choice
    row.save()


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise DomainError(_("Give the view a name."))
    if len(name) > LONGEST_NAME:
        raise DomainError(_("The name is too long."))
    return name
