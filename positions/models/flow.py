"""The flowchart of a power item (权力运行流程图): steps and the links between them (domain §2)."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.history import History
from positions.models.fixed import fixed_with_catalogue
from positions.models.organisation import Department, Position
from positions.models.powers import PowerItem


class StepKind(models.TextChoices):
    START = "start", _("start")
    ACTION = "action", _("action")
    DECISION = "decision", _("decision point")
    END = "end", _("end")


class Hand(models.TextChoices):
    """The five hands through which finance passes (五级复合审批), in order."""

    HANDLER = "handler", _("handler")
    USER_DEPARTMENT = "user_department", _("department that uses the money")
    FINANCE_DEPARTMENT = "finance_department", _("finance department")
    DEPUTY = "deputy_in_charge", _("deputy in charge")
    UNIT_HEAD = "unit_head", _("unit head")


class StepFunction(models.TextChoices):
    DECISION = "decision", _("decision")
    EXECUTION = "execution", _("execution")
    SUPERVISION = "supervision", _("supervision")


class StepMode(models.TextChoices):
    INDIVIDUAL = "individual", _("by one person")
    PANEL = "panel", _("by a panel")
    COLLECTIVE = "collective", _("by collective decision")


class PanelMember(models.TextChoices):
    DEPUTY = "deputy_in_charge", _("deputy in charge")
    LINE = "line_department", _("line department")
    LEGAL = "legal", _("legal department")
    DISCIPLINE = "discipline", _("discipline committee")


class FlowStep(models.Model):
    """One step. Who answers for it is a position, a department or a role in words (主要领导, 党委…); `key` is the same in every version."""

    item = models.ForeignKey(PowerItem, on_delete=models.CASCADE, related_name="steps", verbose_name=_("power item"))
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=10, choices=StepKind, default=StepKind.ACTION)
    name = models.CharField(_("step"), max_length=80)
    position = models.ForeignKey(Position, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("position"))
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("department")
    )
    role = models.CharField(_("or role in words"), max_length=60, blank=True)
    days = models.PositiveSmallIntegerField(_("time limit in working days"), null=True, blank=True)
    documents = models.CharField(_("documents used"), max_length=300, blank=True)
    hand = models.CharField(_("hand of five"), max_length=20, choices=Hand, blank=True)
    function = models.CharField(_("function"), max_length=12, choices=StepFunction, blank=True)
    mode = models.CharField(_("how it is done"), max_length=12, choices=StepMode, default=StepMode.INDIVIDUAL)
    panel = ArrayField(models.CharField(max_length=20, choices=PanelMember), verbose_name=_("who takes part"), default=list, blank=True)
    head_last = models.BooleanField(_("the head speaks last"), default=False)

    history = History()

    class Meta:
        verbose_name = _("step")
        ordering = ["item", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["item", "key"], name="positions_flowstep_key")]
        triggers = fixed_with_catalogue("item_id")

    def __str__(self) -> str:
        return self.name

    @property
    def holder(self) -> str:
        """Who answers for the step, in words; empty when nobody does."""
        if self.position_id:
            return str(self.position)
        return str(self.department) if self.department_id else self.role


class FlowLink(models.Model):
    """From one step to the next, with the condition under which it is taken."""

    item = models.ForeignKey(PowerItem, on_delete=models.CASCADE, related_name="links", verbose_name=_("power item"))
    source = models.ForeignKey(FlowStep, on_delete=models.CASCADE, related_name="outgoing", verbose_name=_("from step"))
    target = models.ForeignKey(FlowStep, on_delete=models.CASCADE, related_name="incoming", verbose_name=_("to step"))
    condition = models.CharField(_("condition"), max_length=80, blank=True)

    history = History()

    class Meta:
        verbose_name = _("link")
        ordering = ["item", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "target"], name="positions_flowlink_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="positions_flowlink_not_to_itself"),
        ]
        triggers = fixed_with_catalogue("item_id")

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
