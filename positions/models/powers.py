"""The power catalogue (职权目录) and its items, kept in versions (domain §2)."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import Timed, Versioned
from positions.models.fixed import fixed_with_catalogue
from positions.models.organisation import Department, Position, Unit
from positions.querysets import CatalogueQuerySet, PowerItemQuerySet
from positions.states import CATALOGUE_TABLE, ITEM_TABLE, CatalogueState, ItemState


class PowerCategory(models.TextChoices):
    DECISION = "decision", _("decision")
    APPROVAL = "approval", _("approval")
    SUPERVISION = "supervision", _("supervision")
    ENFORCEMENT = "enforcement", _("enforcement")
    PERSONNEL = "personnel", _("personnel")
    FINANCE = "finance", _("finance")


class MajorMatter(models.TextChoices):
    """三重一大."""

    DECISIONS = "decisions", _("major decisions")
    APPOINTMENTS = "appointments", _("important appointments")
    PROJECTS = "projects", _("major projects")
    FUNDS = "funds", _("large sums")


class HolderLevel(models.TextChoices):
    """The three levels (三个层面) at which powers and risks are held."""

    POSITION = "position", _("position")
    DEPARTMENT = "department", _("department")
    UNIT = "unit", _("unit")


class Requirement(models.TextChoices):
    """Checks and balances a power item can require (权力制衡)."""

    FIVE_HANDS = "five_hands", _("five-hand approval of finance")
    PANEL = "panel", _("panel with discipline committee")
    COLLECTIVE = "collective", _("collective decision, head speaks last")
    SEPARATION = "separation", _("decision, execution and supervision apart")


class Catalogue(Timed, Versioned):
    """One version of a unit's power catalogue. Compiled bottom-up; once published it never changes (a trigger sees to it)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="catalogues", verbose_name=_("unit"))
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=120)
    state = models.CharField(_("state"), max_length=20, choices=CatalogueState, default=CatalogueState.COMPILING)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    legal_opinion = models.TextField(_("opinion of the legal office"), blank=True)
    legal_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    legal_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    history = History()
    objects = CatalogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("power catalogue")
        ordering = ["unit", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="positions_catalogue_number"),
            models.UniqueConstraint(
                fields=["unit"],
                condition=~Q(state__in=[CatalogueState.PUBLISHED, CatalogueState.SUPERSEDED]),
                name="positions_catalogue_one_open",
            ),
            models.UniqueConstraint(fields=["unit"], condition=Q(state=CatalogueState.PUBLISHED), name="positions_catalogue_one_published"),
            models.CheckConstraint(
                condition=~Q(state__in=[CatalogueState.PUBLISHED, CatalogueState.SUPERSEDED])
                | Q(published_by__isnull=False, published_at__isnull=False),
                name="positions_catalogue_published_by_whom",
            ),
        ]
        triggers = [CATALOGUE_TABLE.guard()]

    def __str__(self) -> str:
        return f"{self.title} (V{self.number})"

    @property
    def is_fixed(self) -> bool:
        """Published versions, in force or not, are never edited in place."""
        return self.state in (CatalogueState.PUBLISHED, CatalogueState.SUPERSEDED)


class PowerItem(Timed, Versioned):
    """A power (职权事项) as one catalogue version describes it. `lineage` is the same in every version of the same power."""

    catalogue = models.ForeignKey(Catalogue, on_delete=models.PROTECT, related_name="items", verbose_name=_("catalogue"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    lineage = models.UUIDField(default=uuid.uuid4, editable=False)
    number = models.CharField(_("number"), max_length=40)
    name = models.CharField(_("power item"), max_length=120)
    category = models.CharField(_("category"), max_length=12, choices=PowerCategory)
    level = models.CharField(_("held by"), max_length=12, choices=HolderLevel)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="powers", verbose_name=_("department")
    )
    position = models.ForeignKey(
        Position, null=True, blank=True, on_delete=models.PROTECT, related_name="powers", verbose_name=_("position")
    )
    basis = models.TextField(_("legal basis"), blank=True)
    subject = models.TextField(_("who exercises it"), blank=True)
    conditions = models.TextField(_("conditions"), blank=True)
    procedure = models.TextField(_("procedure"), blank=True)
    time_limit = models.CharField(_("time limit"), max_length=120, blank=True)
    time_limit_days = models.PositiveSmallIntegerField(_("time limit in working days"), null=True, blank=True)
    responsibility = models.TextField(_("responsibility"), blank=True)
    major_matter = models.CharField(_("major matter"), max_length=12, choices=MajorMatter, blank=True)
    requires = ArrayField(
        models.CharField(max_length=12, choices=Requirement),
        verbose_name=_("required checks"),
        default=list,
        blank=True,
    )
    disclosure = models.CharField(_("form and scope of disclosure"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=ItemState, default=ItemState.DRAFT)
    returned_reason = models.TextField(_("why it was returned"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Lineages of powers that were merged into this one: what hung on them (risks) follows to this item.
    absorbed = ArrayField(models.UUIDField(), default=list, blank=True, editable=False)

    history = History()
    objects = PowerItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("power item")
        ordering = ["catalogue", "number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "number"], name="positions_poweritem_number"),
            models.UniqueConstraint(fields=["catalogue", "lineage"], name="positions_poweritem_lineage"),
            models.CheckConstraint(
                condition=Q(level=HolderLevel.UNIT, department=None, position=None)
                | Q(level=HolderLevel.DEPARTMENT, department__isnull=False, position=None)
                | Q(level=HolderLevel.POSITION, position__isnull=False),
                name="positions_poweritem_holder_of_its_level",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "category"], name="poweritem_category"),
            # What waits for a decision in a catalogue that is being compiled: few of very many.
            models.Index(fields=["catalogue", "state"], name="poweritem_state"),
        ]
        triggers = [ITEM_TABLE.guard(), *fixed_with_catalogue("catalogue_id")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"
