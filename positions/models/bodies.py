"""Committees, groups and offices with their members (domain §1)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import Timed, Versioned
from positions.models.organisation import Department, Unit
from positions.querysets import BodyQuerySet, MembershipQuerySet


class BodyKind(models.TextChoices):
    PARTY_COMMITTEE = "party_committee", _("party committee")
    DISCIPLINE_COMMITTEE = "discipline_committee", _("discipline committee")
    LEADING_GROUP = "leading_group", _("leading group")
    LEADING_GROUP_OFFICE = "leading_group_office", _("office of the leading group")
    LEGAL_OFFICE = "legal_office", _("legal office")
    PERSONNEL_OFFICE = "personnel_office", _("personnel office")
    PARTY_BRANCH = "party_branch", _("party branch")


class BodyRole(models.TextChoices):
    HEAD = "head", _("head")
    DEPUTY = "deputy", _("deputy head")
    SECRETARY = "secretary", _("secretary")
    MEMBER = "member", _("member")


class Body(Timed, Versioned):
    """A committee, group or office of a unit; one of each kind, but any number of party branches."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="bodies", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=24, choices=BodyKind)
    name = models.CharField(_("name"), max_length=120)
    department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bodies",
        verbose_name=_("seated in department"),
    )
    is_higher = models.BooleanField(_("higher committee"), default=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    history = History()
    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("body")
        ordering = ["unit", "kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], name="positions_body_name"),
            models.UniqueConstraint(
                fields=["unit", "kind", "is_higher"],
                condition=~Q(kind=BodyKind.PARTY_BRANCH) & Q(closed_on=None),
                name="positions_body_one_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BodyMembership(Timed, Versioned):
    """A person's membership of a body, with dates; rights begin and end with it."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("body"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=12, choices=BodyRole, default=BodyRole.MEMBER)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until (last day)"), null=True, blank=True)

    history = History()
    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        ordering = ["body", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="positions_membership_dates_in_order"),
            models.UniqueConstraint(fields=["body", "person"], condition=Q(ends_on=None), name="positions_membership_once_open"),
        ]
        indexes = [models.Index(fields=["person", "starts_on", "ends_on"], name="membership_in_force")]

    def __str__(self) -> str:
        return f"{self.person} · {self.body}"
