"""Who reported: kept apart from the content, opened only with a reason that is recorded (domain §4)."""

import json
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.errors import NotPossible
from leads.marks import tag, tags_of
from leads.models import IdentityOpening, Lead, LeadIdentity
from leads.permissions import reporter as permissions
from leads.services import trace
from positions.models import BodyKind, BodyMembership, BodyRole

REASON_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Identity:
    """What a reporter told about themselves."""

    name: str
    contact: str = ""
    staff_number: str = ""


def keep_identity(*, lead: Lead, user: User | None = None, name: str = "", contact: str = "") -> LeadIdentity:
    """Keep who reported a named lead: a member of staff by account, anybody else by what they wrote. Once for each lead."""
    told = {"user": user.pk if user else None, "name": user.name if user else name, "contact": contact}
    return LeadIdentity.objects.create(lead=lead, identity=json.dumps(told, ensure_ascii=False), owner_tag=tags_of(user)[0] if user else "")


def renew_tag(identity: LeadIdentity) -> None:
    """After a change of keys: mark the row with the newest one. Called by `rotate_lead_keys`."""
    user_id = json.loads(identity.identity)["user"]
    identity.owner_tag = tag(settings.LEADS_KEYS[0], user_id) if user_id else ""


@transaction.atomic
def open_identity(*, lead: Lead, by: User, reason: str) -> Identity:
    """Who reported. Raises NotAllowed, and NotPossible without a reason. The look is recorded, and told to the head of the committee."""
    permissions.may_open_identity(by, lead).require()
    if len(reason.strip()) < REASON_LENGTH:
        raise NotPossible(_("Say in at least %(n)d characters why the identity must be known.") % {"n": REASON_LENGTH})
    told = json.loads(lead.identity.identity)
    IdentityOpening.objects.create(lead=lead, by=by, reason=reason.strip())
    # Without the reason: it may repeat what was reported, and stands encrypted in the row above.
    trace.record("lead.identity_opened", lead=lead, by=by)
    trace.tell(_heads(lead), _("A confidential step was taken that you should know of."), by=by)
    account = User.objects.filter(pk=told["user"]).first() if told["user"] else None
    return Identity(name=told["name"], contact=told["contact"], staff_number=account.staff_number if account else "")


def _heads(lead: Lead) -> list[User]:
    """Heads of the unit's discipline committee, without those who may not know of the lead."""
    heads = BodyMembership.objects.in_force().filter(
        body__kind=BodyKind.DISCIPLINE_COMMITTEE, body__unit_id=lead.unit_id, role=BodyRole.HEAD
    )
    people = [membership.person for membership in heads.select_related("person")]
    return [person for person in people if Lead.objects.visible_to(person).filter(pk=lead.pk).exists()]
