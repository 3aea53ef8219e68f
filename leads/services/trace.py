"""Audit rows and notices of leads: that something happened, and never what about whom (ADR 0009)."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common.context import RequestFacts, current
from leads.cases import readers
from leads.models import Lead
from notifications.services import notify


def record(action: str, *, lead: Lead, by: User | None, fields: Iterable[str] = ()) -> None:
    """One event that holds the lead's number and the names of changed fields. By nobody, it holds no address and no request either:
    both would lead to the reporter."""
    changes = {str(Lead._meta.get_field(name).verbose_name): [None, None] for name in fields}  # type: ignore[union-attr]
    token = current.set(RequestFacts()) if by is None else None
    try:
        audit.record(action, by=by, obj=lead, unit_id=lead.unit_id, changes=changes)
    finally:
        if token is not None:
            current.reset(token)


def tell_desk(lead: Lead, text: str, *, by: User | None) -> None:
    """Tell everybody who may see the lead today. The text names nothing; the address is the board."""
    tell(readers(lead), text, by=by)


def tell(people: Iterable[User], text: str, *, by: User | None) -> None:
    """Neutral and sensitive: other channels say only that something waits."""
    notify(people, kind="lead.waiting", text=text, url=reverse("leads:board"), sensitive=True, except_for=by)


def waiting_text() -> str:
    """The one sentence for a lead that waits."""
    return _("A lead is waiting to be handled")
