"""What a risk and a measure say, wherever they stand: in a form or in the register (domain §3)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from positions.models import FlowStep, HolderLevel, MajorMatter, PowerCategory, PowerItem, Rule


class Aspect(models.TextChoices):
    ETHICS = "ethics", _("ideology and morals")
    DUTY = "duty", _("duties of the position")
    PROCESS = "process", _("business process")
    SYSTEM = "system", _("rules and mechanisms")
    ENVIRONMENT = "environment", _("external environment")


class FoundBy(models.TextChoices):
    SELF = "self", _("found by oneself")
    MASSES = "masses", _("raised by the masses")
    MUTUAL = "mutual", _("found by each other")
    LEADER = "leader", _("pointed out by leaders")
    ORGANISATION = "organisation", _("assessed by the organisation")


class Method(models.TextChoices):
    PROCESS = "process", _("process analysis")
    SCENARIO = "scenario", _("scenario simulation")
    ENVIRONMENT = "environment", _("environment analysis")
    CASE = "case", _("case analysis")


_factor = [MinValueValidator(1), MaxValueValidator(5)]


class RiskContent(models.Model):
    """The matter of a risk: where it sits, what it is, how it is rated."""

    level_of = models.CharField(_("level it belongs to"), max_length=12, choices=HolderLevel)
    title = models.CharField(_("risk point"), max_length=120)
    content = models.TextField(_("content of the risk"), blank=True)
    manifestation = models.TextField(_("form it takes"), blank=True)
    aspect = models.CharField(_("source of the risk"), max_length=12, choices=Aspect, blank=True)
    found_by = models.CharField(_("how it was found"), max_length=12, choices=FoundBy, blank=True)
    method = models.CharField(_("method of analysis"), max_length=12, choices=Method, blank=True)
    power_item = models.ForeignKey(
        PowerItem,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="%(class)ss",
        verbose_name=_("power item"),
    )
    flow_step = models.ForeignKey(
        FlowStep,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="%(class)ss",
        verbose_name=_("flow step"),
    )
    # Copied from the power item, so that lists filter without a join; free to choose where a risk sits on no item.
    power_category = models.CharField(_("power category"), max_length=12, choices=PowerCategory, blank=True)
    major_matter = models.CharField(_("major matter"), max_length=12, choices=MajorMatter, blank=True)
    probability = models.PositiveSmallIntegerField(_("probability"), null=True, blank=True, validators=_factor)
    harm = models.PositiveSmallIntegerField(_("harm"), null=True, blank=True, validators=_factor)
    influence = models.PositiveSmallIntegerField(_("social influence"), null=True, blank=True, validators=_factor)
    # Answers that other schemes ask for (codes of criteria met, class of power), see risks.grading.
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    involved_positions = models.CharField(_("positions involved"), max_length=200, blank=True)
    cooperating = models.CharField(_("cooperating departments"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class MeasureKind(models.TextChoices):
    """岗位定措施、部门定流程、单位定制度 (004)."""

    POSITION = "position", _("measure of the position")
    PROCESS = "process", _("process")
    RULE = "rule", _("rule")


class DefenceLine(models.TextChoices):
    """三道防线 (003)."""

    BEFORE = "before", _("prevention beforehand")
    DURING = "during", _("control on the way")
    AFTER = "after", _("handling afterwards")


class MeasureContent(models.Model):
    """The matter of a measure."""

    order = models.PositiveSmallIntegerField(_("order"), default=1)
    kind = models.CharField(_("kind"), max_length=10, choices=MeasureKind, default=MeasureKind.POSITION)
    line = models.CharField(_("line of defence"), max_length=8, choices=DefenceLine, default=DefenceLine.BEFORE)
    text = models.TextField(_("measure"))
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("who does it"),
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    rule = models.ForeignKey(Rule, null=True, blank=True, on_delete=models.SET_NULL, related_name="%(class)ss", verbose_name=_("rule"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text[:60]
