"""Versions of a unit's power catalogue: started as a copy, submitted, reviewed by the legal office, published (domain §2, 002)."""

import uuid
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from accounts.models import User
from audit import services as audit
from common.errors import DomainError, NotPossible
from common.writes import lock
from notifications.services import notify
from positions import hooks
from positions.flowcharts import unsound
from positions.models import BodyKind, Catalogue, FlowLink, FlowStep, PowerItem, Unit
from positions.permissions import powers as permissions
from positions.services.people import everybody_of, of_body
from positions.services.powers import highest_number
from positions.states import CATALOGUE_TABLE, CatalogueState, ItemState


def _url(catalogue: Catalogue) -> str:
    return reverse("powers:catalogue", args=[catalogue.pk])


@transaction.atomic
def start_version(*, unit: Unit, by: User, title: str = "") -> Catalogue:
    """Begin the next version as a copy of the published one, items with their lineage and steps with their keys; empty for the first.

    Copied items are accepted as they stand: only what changes has to go through the departments again (`reopen_item`).
    """
    Unit.objects.select_for_update().get(pk=unit.pk)
    permissions.may_start_version(by, unit).require()
    number = highest_number(unit.pk) + 1
    title = title.strip() or _("Power catalogue of %(unit)s") % {"unit": unit.name}
    catalogue = Catalogue.objects.create(unit=unit, number=number, title=title)
    former = Catalogue.objects.published().filter(unit=unit).first()
    copied = _copy(former, catalogue, by) if former else 0
    audit.record("catalogue.started", by=by, obj=catalogue, detail={"copied": copied, "from": former.number if former else None})
    return catalogue


@dataclass(frozen=True, slots=True)
class _Copy:
    """One table to copy: its model, where its rows come from, and the columns that differ in the copy."""

    model: type[Model]
    source: sql.Composable
    replaced: dict[str, sql.Composable]


def _copy(former: Catalogue, catalogue: Catalogue, by: User) -> int:
    """Copy items, steps, links, and a history row of each, in six statements whatever their number. Returns the number of items."""
    now = timezone.now()
    same_item = sql.SQL(
        "JOIN positions_poweritem oi ON oi.id = o.item_id AND oi.catalogue_id = {old} "
        "JOIN positions_poweritem ni ON ni.lineage = oi.lineage AND ni.catalogue_id = {new}"
    ).format(old=sql.Literal(former.pk), new=sql.Literal(catalogue.pk))
    step = sql.SQL(
        "(SELECT n.id FROM positions_flowstep n JOIN positions_flowstep p ON p.key = n.key WHERE p.id = o.{column} AND n.item_id = ni.id)"
    )
    copies = [
        _Copy(
            PowerItem,
            sql.SQL("WHERE o.catalogue_id = {}").format(sql.Literal(former.pk)),
            {
                "catalogue_id": sql.Literal(catalogue.pk),
                "state": sql.Literal(ItemState.ACCEPTED.value),
                "returned_reason": sql.Literal(""),
                "absorbed": sql.SQL("'{}'::uuid[]"),
                "version": sql.Literal(1),
                "created_at": sql.Literal(now),
                "updated_at": sql.Literal(now),
            },
        ),
        _Copy(FlowStep, same_item, {"item_id": sql.SQL("ni.id")}),
        _Copy(
            FlowLink,
            same_item,
            {
                "item_id": sql.SQL("ni.id"),
                "source_id": step.format(column=sql.Identifier("source_id")),
                "target_id": step.format(column=sql.Identifier("target_id")),
            },
        ),
    ]
    with connection.cursor() as cursor:
        counts = [_insert(cursor, copy, now, by) for copy in copies]
    return counts[0]


def _insert(cursor: object, copy: _Copy, now: object, by: User) -> int:
    """INSERT … SELECT into the table and, from what it returns, into its history."""
    fields = [f.column for f in copy.model._meta.concrete_fields if not f.primary_key]
    history = copy.model.history.model._meta  # type: ignore[attr-defined]
    names = sql.SQL(", ").join(map(sql.Identifier, fields))
    values = sql.SQL(", ").join(copy.replaced.get(name, sql.SQL("o.{}").format(sql.Identifier(name))) for name in fields)
    table = sql.Identifier(copy.model._meta.db_table)
    kept = [f.column for f in history.concrete_fields if not f.column.startswith("history_")]
    statement = sql.SQL(
        "WITH made AS (INSERT INTO {table} ({names}) SELECT {values} FROM {table} o {source} RETURNING *) "
        "INSERT INTO {history} ({kept}, history_date, history_type, history_user_id, history_change_reason) "
        "SELECT {kept}, {now}, '+', {by}, NULL FROM made"
    ).format(
        table=table,
        names=names,
        values=values,
        source=copy.source,
        history=sql.Identifier(history.db_table),
        kept=sql.SQL(", ").join(map(sql.Identifier, kept)),
        now=sql.Literal(now),
        by=sql.Literal(by.pk),
    )
    cursor.execute(statement.as_string(connection.connection))  # type: ignore[attr-defined]
    return int(cursor.rowcount)  # type: ignore[attr-defined]


def obstacles(catalogue: Catalogue) -> list[str]:
    """What stands in the way of submitting the version, a sentence each; empty when nothing does."""
    found = []
    items = catalogue.items.all()
    waiting = items.exclude(state=ItemState.ACCEPTED).count()
    if not items.exists():
        found.append(_("The catalogue has no power items yet."))
    if waiting:
        found.append(_("%(count)d items are not accepted yet.") % {"count": waiting})
    broken = unsound(catalogue)
    if broken:
        numbers = _(", ").join(item.number for item in broken[:10])
        found.append(_("%(count)d flowcharts are not complete: %(numbers)s.") % {"count": len(broken), "numbers": numbers})
    return found


@transaction.atomic
def submit_catalogue(*, catalogue: Catalogue, by: User, version: int | None = None) -> Catalogue:
    """Hand the version to the legal office. Raises NotAllowed, Conflict, NotPossible with the obstacles."""
    catalogue = lock(Catalogue.objects, catalogue.pk, version=version)
    permissions.may_submit_catalogue(by, catalogue).require()
    found = obstacles(catalogue)
    if found:
        raise NotPossible(" ".join(found))
    catalogue.submitted_by, catalogue.submitted_at = by, timezone.now()
    _move(catalogue, "submit", by)
    notify(
        of_body(catalogue.unit_id, BodyKind.LEGAL_OFFICE),
        kind="catalogue.submitted",
        text=_("“%(catalogue)s” is waiting for the opinion of the legal office.") % {"catalogue": catalogue},
        url=_url(catalogue),
        except_for=by,
    )
    return catalogue


def _move(catalogue: Catalogue, name: str, by: User, reason: str = "") -> None:
    old = str(catalogue.get_state_display())
    transition = CATALOGUE_TABLE.move(catalogue, name)
    catalogue.save()
    audit.record(transition.audit, by=by, obj=catalogue, reason=reason, changes={"state": [old, str(catalogue.get_state_display())]})


@transaction.atomic
def approve_catalogue(*, catalogue: Catalogue, by: User, opinion: str, version: int | None = None) -> Catalogue:
    """The legal office agrees, with its opinion; not by who submitted the version."""
    catalogue = lock(Catalogue.objects, catalogue.pk, version=version)
    permissions.may_approve_catalogue(by, catalogue).require()
    if not opinion.strip():
        raise DomainError(_("Write the opinion of the legal office."))
    catalogue.legal_opinion, catalogue.legal_by, catalogue.legal_at = opinion.strip(), by, timezone.now()
    _move(catalogue, "approve", by, opinion)
    notify(
        of_body(catalogue.unit_id, BodyKind.LEADING_GROUP_OFFICE),
        kind="catalogue.approved",
        text=_("The legal office has approved “%(catalogue)s”. It can be published.") % {"catalogue": catalogue},
        url=_url(catalogue),
        except_for=by,
    )
    return catalogue


@transaction.atomic
def return_catalogue(*, catalogue: Catalogue, by: User, reason: str, version: int | None = None) -> Catalogue:
    """The legal office sends the version back with a reason."""
    catalogue = lock(Catalogue.objects, catalogue.pk, version=version)
    permissions.may_return_catalogue(by, catalogue).require()
    if not reason.strip():
        raise DomainError(_("Say why: the reason is read by those concerned."))
    catalogue.legal_opinion, catalogue.legal_by, catalogue.legal_at = reason.strip(), by, timezone.now()
    _move(catalogue, "return", by, reason)
    notify(
        of_body(catalogue.unit_id, BodyKind.LEADING_GROUP_OFFICE),
        kind="catalogue.returned",
        text=_("The legal office has returned “%(catalogue)s”: %(reason)s") % {"catalogue": catalogue, "reason": reason},
        url=_url(catalogue),
        except_for=by,
    )
    return catalogue


@transaction.atomic
def publish(*, catalogue: Catalogue, by: User, version: int | None = None) -> Catalogue:
    """Put the version in force; the former one is superseded in the same transaction, and risks follow (hooks.catalogue_published)."""
    Unit.objects.select_for_update().get(pk=catalogue.unit_id)
    catalogue = lock(Catalogue.objects, catalogue.pk, version=version)
    permissions.may_publish(by, catalogue).require()
    if catalogue.items.exclude(state=ItemState.ACCEPTED).exists():
        raise NotPossible(_("Not every item is accepted. Return the version and complete it."))
    for former in Catalogue.objects.select_for_update().filter(unit_id=catalogue.unit_id, state=CatalogueState.PUBLISHED):
        _move(former, "supersede", by)
    catalogue.published_by, catalogue.published_at = by, timezone.now()
    _move(catalogue, "publish", by)
    hooks.catalogue_published(catalogue=catalogue, by=by)
    notify(
        everybody_of(catalogue.unit_id),
        kind="catalogue.published",
        text=_("“%(catalogue)s” was published.") % {"catalogue": catalogue},
        url=reverse("powers:index"),
        except_for=by,
    )
    return catalogue


def lineages_of(catalogue: Catalogue) -> dict[uuid.UUID, int]:
    """Lineage → item of this version, with the lineages that were merged into an item; what follows a version goes by it."""
    found: dict[uuid.UUID, int] = {}
    for pk, lineage, absorbed in catalogue.items.values_list("pk", "lineage", "absorbed"):
        found.update(dict.fromkeys(absorbed, pk))
        found[lineage] = pk
    return found
