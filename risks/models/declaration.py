"""The three forms (承诺表), their risks, signatures, review steps and opinions (domain §3, 002 (三))."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.history import History, append_only
from common.models import Timed, Versioned
from positions.models import Department, HolderLevel, Position, Unit
from risks.models.campaign import Campaign
from risks.models.content import MeasureContent, RiskContent
from risks.models.fixed import fixed_measures, fixed_risks
from risks.models.levels import GradingScheme, Level
from risks.querysets import DeclarationQuerySet, EntryQuerySet
from risks.states import FORM_TABLE, FormState


class Declaration(Timed, Versioned):
    """One form: of a person for a position, of a department, or of the unit. Without a campaign it is a dynamic adjustment (动态调整)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="declarations", verbose_name=_("unit"))
    campaign = models.ForeignKey(
        Campaign,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="declarations",
        verbose_name=_("campaign"),
    )
    scheme = models.ForeignKey(GradingScheme, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("form"), max_length=12, choices=HolderLevel)
    department = models.ForeignKey(
        Department,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="declarations",
        verbose_name=_("department"),
    )
    position = models.ForeignKey(
        Position,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="declarations",
        verbose_name=_("position"),
    )
    declarant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="declarations", verbose_name=_("declarant")
    )
    state = models.CharField(_("state"), max_length=12, choices=FormState, default=FormState.DRAFT)
    duties = models.TextField(_("duties"), blank=True)
    participants = models.TextField(_("who took part in finding"), blank=True)
    discussed_on = models.DateField(_("discussed on"), null=True, blank=True)
    discussed_by = models.TextField(_("who took part in the discussion"), blank=True)
    discussion = models.TextField(_("conclusion of the discussion"), blank=True)
    none_found_reason = models.TextField(_("examined, none found, because"), blank=True)
    commitment = models.TextField(_("commitment"), blank=True)
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    # The step a returned form comes back to (domain §3); empty for a form that starts at the beginning.
    resume_order = models.PositiveSmallIntegerField(null=True, blank=True)
    submitted_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    graded_at = models.DateTimeField(_("graded"), null=True, blank=True)

    history = History()
    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("form")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind", "declarant", "department", "position"],
                condition=Q(campaign__isnull=False) & ~Q(state=FormState.CANCELLED),
                nulls_distinct=False,
                name="risks_declaration_once",
            ),
            models.CheckConstraint(
                condition=Q(kind=HolderLevel.POSITION, position__isnull=False)
                | Q(kind=HolderLevel.DEPARTMENT, department__isnull=False, position=None)
                | Q(kind=HolderLevel.UNIT, department=None, position=None),
                name="risks_declaration_holder_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[FormState.DRAFT, FormState.CANCELLED]) | Q(signed_at__isnull=False),
                name="risks_declaration_handed_in_is_signed",
            ),
        ]
        indexes = [
            models.Index(fields=["declarant", "state"], name="declaration_declarant"),
            models.Index(fields=["campaign", "department", "state"], name="declaration_progress"),
            models.Index(fields=["unit", "state"], name="declaration_unit_state"),
            # How many are at which stage, for who sees a whole unit: counted from the index alone.
            models.Index(fields=["campaign", "unit", "state"], name="declaration_stages"),
        ]
        triggers = [
            FORM_TABLE.guard(),
            # What somebody has signed can no longer change (domain §3).
            pgtrigger.Protect(
                name="signed_commitment",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__signed_at__isnull=False)
                & (pgtrigger.Q(old__commitment__df=pgtrigger.F("new__commitment")) | pgtrigger.Q(new__signed_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.position or self.department or self.unit} · {self.declarant}"


class Signature(models.Model):
    """One signature under a form: the text signed and a digest of everything the form said at that moment. Append-only."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="signatures")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    text = models.TextField(_("signed text"))
    content = models.JSONField(_("what the form said"))
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(_("signed"), auto_now_add=True)

    class Meta:
        verbose_name = _("signature")
        ordering = ["id"]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"


class StepKindReview(models.TextChoices):
    """Why somebody reads a form (domain §3)."""

    RATE = "rate", _("rating by the department head")
    REVIEW = "review", _("review by the deputy in charge")
    HEAD = "head", _("review by the unit head")
    DISCIPLINE = "discipline", _("signature of the head of the discipline committee")
    GROUP = "group", _("assessment by the leading group")
    HIGHER = "higher", _("opinion of the higher committee")


class Decision(models.TextChoices):
    PENDING = "pending", _("not yet")
    AGREED = "agreed", _("agreed")
    RETURNED = "returned", _("returned")


class ReviewStep(models.Model):
    """One step of a form's path. `reviewer` is empty for steps of a body (leading group, higher committee)."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="review_steps")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(_("step"), max_length=12, choices=StepKindReview)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="review_steps",
        verbose_name=_("reviewer"),
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, default=Decision.PENDING)
    is_current = models.BooleanField(default=False)
    waiting_since = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("review step")
        ordering = ["declaration", "order"]
        constraints = [
            models.UniqueConstraint(fields=["declaration", "order"], name="risks_reviewstep_order"),
            models.UniqueConstraint(fields=["declaration"], condition=Q(is_current=True), name="risks_reviewstep_one_current"),
        ]
        indexes = [models.Index(fields=["reviewer"], condition=Q(is_current=True), name="reviewstep_queue")]

    def __str__(self) -> str:
        return self.get_kind_display()


class Opinion(models.Model):
    """What a reviewer said at a step, and when. Append-only, so every round of a returned form is kept."""

    declaration = models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="opinions")
    kind = models.CharField(_("step"), max_length=12, choices=StepKindReview)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    text = models.TextField(_("opinion"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("opinion")
        ordering = ["id"]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:40]}"


class EntryChange(models.TextChoices):
    NEW = "new", _("new")
    KEEP = "keep", _("unchanged")
    CHANGE = "change", _("changed")
    RETIRE = "retire", _("to be taken off")


class RiskEntry(Timed, Versioned, RiskContent):
    """A risk as a form declares it. The leading group's decision makes or changes the point in the register."""

    declaration = models.ForeignKey(Declaration, on_delete=models.CASCADE, related_name="entries")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    change = models.CharField(_("change"), max_length=8, choices=EntryChange, default=EntryChange.NEW)
    risk_point = models.ForeignKey("risks.RiskPoint", null=True, blank=True, on_delete=models.PROTECT, related_name="entries")
    self_level = models.ForeignKey(
        Level, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("self-rated level")
    )
    reviewed_level = models.ForeignKey(
        Level, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("reviewed level")
    )
    # What the scheme computes from the answers, kept so that the grading session filters and counts in the database.
    computed_level = models.ForeignKey(
        Level, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("computed level")
    )
    final_level = models.ForeignKey(Level, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("final level"))
    final_reason = models.TextField(_("reason of the decision"), blank=True)
    is_rejected = models.BooleanField(_("not taken into the register"), default=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    history = History()
    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("declared risk")
        ordering = ["declaration", "order", "id"]
        indexes = [models.Index(fields=["unit", "computed_level"], name="entry_session")]
        triggers = fixed_risks()


class EntryMeasure(MeasureContent):
    """A measure as a form declares it."""

    entry = models.ForeignKey(RiskEntry, on_delete=models.CASCADE, related_name="measures")

    class Meta:
        verbose_name = _("declared measure")
        ordering = ["entry", "order", "id"]
        triggers = fixed_measures()


class EntryComment(models.Model):
    """A reviewer's remark on a single risk of a form, or the declarant's answer to it. Append-only."""

    entry = models.ForeignKey(RiskEntry, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    text = models.TextField(_("comment"))
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("comment")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:40]}"
