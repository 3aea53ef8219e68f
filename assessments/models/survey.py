"""Contact-rate surveys (腐败接触率, domain §6): questionnaires of yes/no questions, surveys, their codes, and the counts of answers.

No answer is kept as a row of its own: it is added to the one row of counts of its survey, so that there is nothing that a key, an order, a
time or a system column could tie to a person or to a code. Codes, counts and their changes have no history.
"""

import uuid

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.interval import z_of
from assessments.querysets_surveys import QuestionnaireQuerySet, SurveyQuerySet
from assessments.states_surveys import SURVEY_TABLE, SurveyState
from common.history import History
from common.models import Timed, Versioned
from positions.models import Department, Unit

LEAST_MINIMUM = 5  # whatever a unit sets, fewer answers never show a result


class SurveyKind(models.TextChoices):
    EXTERNAL = "external", pgettext_lazy("survey", "external")
    INTERNAL = "internal", pgettext_lazy("survey", "internal")


class SurveyAccess(models.TextChoices):
    LINK = "link", _("one open link")
    CODES = "codes", _("codes that each work once")


class Contact(models.TextChoices):
    """What one may have met with."""

    GIFTS = "gifts", _("gifts of money and goods")
    BANQUETS = "banquets", _("banquets and entertainment")
    PLEADING = "pleading", _("putting in a word")
    KICKBACKS = "kickbacks", _("kickbacks")
    SHARES = "shares", _("shares without paying")
    JOBS = "jobs", _("paid jobs on the side")
    OBSTRUCTION = "obstruction", _("delay and obstruction")
    AGENTS = "agents", _("agents one is made to use")
    EXPENSES = "expenses", _("expenses passed on")
    POSTS = "posts", _("posts bought and sold")
    EMBEZZLEMENT = "embezzlement", _("embezzlement")
    BRIBERY = "bribery", _("bribery")
    SLUSH = "slush", _("slush funds")
    ALLOWANCES = "allowances", _("allowances against the rules")
    PUBLIC_MONEY = "public_money", _("private use of public money")
    NEPOTISM = "nepotism", _("favours for relatives and friends")
    OTHER = "other", pgettext_lazy("survey", "other contact")


class Questionnaire(Timed, Versioned):
    """The questions of one kind of survey. Those without unit are common to all, and are copied to be changed."""

    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    kind = models.CharField(pgettext_lazy("survey", "kind"), max_length=10, choices=SurveyKind)
    name = models.CharField(_("name"), max_length=80)
    introduction = models.TextField(_("introduction"), max_length=600, blank=True)

    history = History()
    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("survey", "questionnaire")
        ordering = [F("unit").asc(nulls_last=True), "kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "name"], nulls_distinct=False, name="assessments_questionnaire_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("assessments:questionnaire", args=[self.pk])


class SurveyQuestion(models.Model):
    """One question to be answered with yes or no."""

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="questions", verbose_name=pgettext_lazy("survey", "questionnaire")
    )
    order = models.PositiveSmallIntegerField(_("order"))
    category = models.CharField(_("category"), max_length=14, choices=Contact)
    text = models.CharField(_("question"), max_length=200)

    history = History()

    class Meta:
        verbose_name = _("question")
        ordering = ["questionnaire", "order", "pk"]

    def __str__(self) -> str:
        return self.text


class Survey(Timed, Versioned):
    """One survey of a unit about a period. `questions` is what the questionnaire said on opening: [{"category", "text"}]."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="surveys", verbose_name=_("unit"))
    title = models.CharField(_("title"), max_length=100)
    kind = models.CharField(pgettext_lazy("survey", "kind"), max_length=10, choices=SurveyKind)
    state = models.CharField(_("state"), max_length=10, choices=SurveyState, default=SurveyState.DRAFT)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="surveys", verbose_name=pgettext_lazy("survey", "questionnaire")
    )
    introduction = models.TextField(_("introduction"), blank=True)
    questions = models.JSONField(_("questions"), default=list, blank=True)
    # The part of the address that nobody guesses.
    key = models.CharField(max_length=16, unique=True)
    access = models.CharField(pgettext_lazy("survey", "access"), max_length=5, choices=SurveyAccess, default=SurveyAccess.LINK)
    period_start = models.DateField(_("experience from"))
    period_end = models.DateField(_("experience until"))
    open_from = models.DateField(_("answers from"))
    open_until = models.DateField(_("answers until"))
    # Empty: it is not asked which department an answer is about.
    places = models.ManyToManyField(Department, blank=True, related_name="+", verbose_name=_("departments to choose from"))
    minimum = models.PositiveSmallIntegerField(
        _("shown from so many answers"), default=10, validators=[MinValueValidator(LEAST_MINIMUM), MaxValueValidator(1000)]
    )
    confidence = models.PositiveSmallIntegerField(
        _("confidence (per cent)"), default=95, validators=[MinValueValidator(50), MaxValueValidator(99)]
    )
    codes_made = models.PositiveIntegerField(_("codes made"), default=0)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closed_at = models.DateTimeField(pgettext_lazy("survey", "closed on"), null=True, blank=True)
    cancelled_reason = models.CharField(_("why it was given up"), max_length=500, blank=True)

    history = History()
    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        ordering = ["-period_end", "kind", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(period_end__gte=F("period_start")), name="assessments_survey_period_in_order"),
            models.CheckConstraint(condition=Q(open_until__gte=F("open_from")), name="assessments_survey_days_in_order"),
            models.CheckConstraint(condition=Q(minimum__gte=LEAST_MINIMUM), name="assessments_survey_minimum"),
            models.CheckConstraint(
                condition=~Q(state__in=[SurveyState.OPEN, SurveyState.CLOSED]) | Q(opened_at__isnull=False) & ~Q(questions=[]),
                name="assessments_survey_open_has_questions",
            ),
            models.CheckConstraint(
                condition=~Q(state=SurveyState.CLOSED) | Q(closed_at__isnull=False), name="assessments_survey_closed_says_when"
            ),
        ]
        indexes = [models.Index(fields=["unit", "state", "-period_end"], name="survey_of_unit")]
        triggers = [
            SURVEY_TABLE.guard(),
            pgtrigger.Protect(
                name="asked_is_fixed",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state=SurveyState.DRAFT)
                & (
                    pgtrigger.Q(old__questions__df=pgtrigger.F("new__questions"))
                    | pgtrigger.Q(old__minimum__df=pgtrigger.F("new__minimum"))
                    | pgtrigger.Q(old__confidence__df=pgtrigger.F("new__confidence"))
                    | pgtrigger.Q(old__key__df=pgtrigger.F("new__key"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page for the committee and the readers of its result."""
        return reverse("assessments:survey", args=[self.pk])

    def get_answer_url(self) -> str:
        """The page without sign-in on which it is answered."""
        return reverse("assessments:answer", args=[self.key])

    @property
    def by_code(self) -> bool:
        """Whether answering takes a code."""
        return self.access == SurveyAccess.CODES

    @property
    def z(self) -> float:
        """For the interval."""
        return z_of(self.confidence)

    @property
    def state_tone(self) -> str:
        """Colour of the badge."""
        return {"draft": "neutral", "open": "info", "closed": "success", "cancelled": "warning"}[self.state]


class SurveyCode(models.Model):
    """A code of a survey, as a hash, and whether it was used. Gone when the survey ends; never tied to what was answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="codes", verbose_name=_("survey"))
    code_hash = models.CharField(max_length=64)
    is_used = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("code of a survey")
        constraints = [models.UniqueConstraint(fields=["survey", "code_hash"], name="assessments_surveycode_once")]

    def __str__(self) -> str:
        return "••••"


class SurveyTally(models.Model):
    """The counts of a survey's valid answers in one row: how many, how many with any contact, yes by question, both by place."""

    survey = models.OneToOneField(Survey, primary_key=True, on_delete=models.CASCADE, related_name="tally", verbose_name=_("survey"))
    n = models.PositiveIntegerField(_("valid answers"), default=0)
    contacts = models.PositiveIntegerField(_("answers with contact"), default=0)
    yes = models.JSONField(default=list)  # one number a question
    places = models.JSONField(default=dict)  # {"department key": [answers, with contact]}

    class Meta:
        verbose_name = _("counts of a survey")
        constraints = [models.CheckConstraint(condition=Q(contacts__lte=F("n")), name="assessments_tally_contacts")]

    def __str__(self) -> str:
        return f"n={self.n}"
