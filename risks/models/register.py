"""The register of risk points (登记册) and their measures (domain §3, §9)."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.addresses import address
from common.history import History
from common.models import StoredFile, Timed, Versioned
from common.references import held_true, unchecked
from positions.models import Department, HolderLevel, Position, Unit
from risks.models.content import MeasureContent, RiskContent
from risks.models.levels import Level
from risks.querysets import MeasureQuerySet, RiskQuerySet
from risks.states import MEASURE_TABLE, RISK_TABLE, MeasureState, RiskState


class Source(models.TextChoices):
    CAMPAIGN = "campaign", _("campaign")
    ADJUSTMENT = "adjustment", _("dynamic adjustment")
    IMPORT = "import", _("import")


HELD_TRUE = {
    "positions_unit": ("unit_id",),
    "positions_department": ("department_id",),
    "positions_position": ("position_id",),
    "positions_poweritem": ("power_item_id",),
    "positions_flowstep": ("flow_step_id",),
    "risks_level": ("initial_level_id", "current_level_id", "target_level_id"),
    "accounts_user": ("responsible_leader_id", "department_head_id", "direct_holder_id"),
}
"""The keys of points: checked for all points of a statement at once (common.references)."""
HELD_TRUE_OF_MEASURES = {
    "risks_riskpoint": ("risk_id",),
    "positions_rule": ("rule_id",),
    "common_storedfile": ("proof_id",),
    "accounts_user": ("who_id", "done_by_id", "confirmed_by_id"),
}
"""Likewise of measures."""
LASTING = ("risks_riskpoint",)
"""Points leave the register by their state; rows are removed only where an import is undone (risks.services.removing)."""


class RiskPoint(Timed, Versioned, RiskContent):
    """A final risk point with its number. Initial, current and target level stand side by side."""

    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="risk_points", verbose_name=_("unit")
    )
    department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="risk_points",
        verbose_name=_("department"),
    )
    position = models.ForeignKey(
        Position,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="risk_points",
        verbose_name=_("position"),
    )
    power_item = unchecked(RiskContent, "power_item")
    flow_step = unchecked(RiskContent, "flow_step")
    number = models.CharField(_("number"), max_length=40)
    state = models.CharField(_("state"), max_length=12, choices=RiskState, default=RiskState.REGISTERED)
    category_text = models.CharField(_("risk category"), max_length=60, blank=True)
    indicator = models.CharField(_("indicator watched"), max_length=300, blank=True)
    initial_level = models.ForeignKey(
        Level, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("initial level")
    )
    current_level = models.ForeignKey(
        Level, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+", verbose_name=_("current level")
    )
    target_level = models.ForeignKey(
        Level,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("target level"),
    )
    # Derived from level and holder (risks.responsibility), kept for filters, and moved at once when the organisation changes.
    responsible_leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("responsible leader"),
    )
    department_head = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="+",
        verbose_name=_("department head"),
    )
    direct_holder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="+",
        verbose_name=_("directly responsible"),
    )
    # Names as an imported register gives them, where they match no person or no longer do.
    direct_holder_text = models.CharField(_("directly responsible (as imported)"), max_length=80, blank=True)
    is_shared = models.BooleanField(_("shared with the department"), default=False)
    source = models.CharField(_("entered by"), max_length=12, choices=Source, default=Source.CAMPAIGN)
    import_batch = models.BigIntegerField(null=True, blank=True)  # its points are found by `ImportedPoints`
    registered_on = models.DateField(_("registered on"))
    reviewed_on = models.DateField(_("last reviewed on"), null=True, blank=True)
    retired_on = models.DateField(_("taken off on"), null=True, blank=True)
    # Pairs of neighbouring characters of what people search for (risks.search); PostgreSQL has no Chinese parser without extensions.
    # Empty for the moment after an import (risks.services.indexing).
    search = SearchVectorField(null=True, editable=False)

    history = History(excluded_fields=["search"], user_db_constraint=False)
    objects = RiskQuerySet.as_manager()

    class Meta:
        verbose_name = _("risk point")
        ordering = ["unit", "number"]
        constraints = [
            # Also the order of the whole list; sources and categories are few, so that a page of one is found on the way.
            models.UniqueConstraint(
                fields=["unit", "number"], include=["id", "state", "aspect", "power_category"], name="risks_riskpoint_number"
            ),
            models.CheckConstraint(
                condition=Q(level_of=HolderLevel.UNIT, department=None)
                | Q(level_of=HolderLevel.DEPARTMENT, department__isnull=False)
                | Q(level_of=HolderLevel.POSITION),
                name="risks_riskpoint_holder_of_its_level",
            ),
        ]
        # Each serves one filter in the order of numbers, holds the key (pages are found without reading rows) and stands in for the index
        # of its foreign key. See risks.selectors. The state is read from the entry: nearly all points are registered, and as part of the
        # key it would be compared again and again on the way to the place of every new one (ADR 0013).
        indexes = [
            models.Index(fields=["unit", "current_level", "number"], include=["id", "state"], name="risk_by_level"),
            models.Index(fields=["unit", "registered_on", "number"], include=["id", "state"], name="risk_by_date"),
            # A department has some hundreds of points, a position some dozens, which are sorted at once: many points of one key make short
            # entries. So short that those of a position alone are found in half a millisecond by going through all (ADR 0013).
            models.Index(fields=["department", "position"], name="risk_by_department"),
            models.Index(fields=["responsible_leader", "number"], include=["id", "state", "unit", "current_level"], name="risk_by_leader"),
            models.Index(
                fields=["unit", "major_matter", "number"],
                include=["id", "state"],
                condition=~Q(major_matter=""),
                name="risk_by_major_matter",
            ),
            GinIndex(fields=["search"], condition=Q(search__isnull=False), name="risk_search"),
        ]
        triggers = [RISK_TABLE.guard(), *held_true(HELD_TRUE)]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        """Its page in the register."""
        return address("risks:risk", self.pk)


class Measure(Timed, Versioned, MeasureContent):
    """A measure of a risk in the register: who, until when, whether done, with what proof."""

    risk = models.ForeignKey(
        RiskPoint, on_delete=models.PROTECT, db_constraint=False, related_name="measures", verbose_name=_("risk point")
    )
    who = unchecked(MeasureContent, "who")
    rule = unchecked(MeasureContent, "rule")
    state = models.CharField(_("state"), max_length=10, choices=MeasureState, default=MeasureState.PLANNED)
    proof_note = models.TextField(_("proof of completion"), blank=True)
    proof = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, db_constraint=False, related_name="+", verbose_name=_("file")
    )
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    done_at = models.DateTimeField(_("reported done"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    history = History(user_db_constraint=False)
    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        ordering = ["risk", "order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[MeasureState.PLANNED, MeasureState.DROPPED]) | Q(done_by__isnull=False, done_at__isnull=False),
                name="risks_measure_done_by_whom",
            ),
        ]
        indexes = [
            # Many are planned without a date, nobody is reminded of them.
            models.Index(fields=["due_on"], condition=Q(state=MeasureState.PLANNED, due_on__isnull=False), name="measure_due"),
            # What waits to be confirmed: few among very many that are planned.
            models.Index(fields=["risk"], condition=Q(state=MeasureState.DONE), name="measure_done"),
            # The ledger's order; it holds what the ledger is narrowed by, so that a page is found without reading rows.
            models.Index(fields=["due_on", "id"], include=["risk", "state"], name="measure_list"),
        ]
        triggers = [MEASURE_TABLE.guard(), *held_true(HELD_TRUE_OF_MEASURES, LASTING)]
