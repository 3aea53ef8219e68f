"""Surveys of a unit: drafted, opened, closed or given up by its discipline committee; their codes (domain §6)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models.survey import (
    LEAST_MINIMUM,
    Questionnaire,
    Survey,
    SurveyCode,
    SurveyTally,
)
from assessments.permissions import surveys as permissions
from assessments.states_surveys import SURVEY_TABLE
from audit import services as audit
from common.errors import DomainError, NotPossible
from common.writes import lock
from leads.services.public import ALPHABET, plain
from notifications.services import notify
from positions.models import Appointment, BodyKind, BodyMembership, Department, Rank, Unit

KEY_LENGTH = 10
CODE_LENGTH = 10  # 50 bits: guessed by nobody who has ten tries a quarter of an hour
MOST_CODES = 500  # at a time
_CODE_SALT = "assessments.survey.code"


@dataclass(frozen=True, slots=True)
class SurveyFacts:
    """What a draft says."""

    title: str
    questionnaire: Questionnaire
    period_start: date
    period_end: date
    open_from: date
    open_until: date
    access: str
    places: Sequence[Department] = ()
    minimum: int = 10
    confidence: int = 95


@transaction.atomic
def create(*, unit: Unit, facts: SurveyFacts, by: User) -> Survey:
    """A draft. Raises NotAllowed, DomainError."""
    permissions.may_make(by, unit.pk).require()
    survey = Survey(unit=unit, key=_signs(KEY_LENGTH))
    _write(survey, facts, by)
    SurveyTally.objects.create(survey=survey)
    audit.record("survey.created", by=by, obj=survey)
    return survey


@transaction.atomic
def update(*, survey: Survey, facts: SurveyFacts, by: User, version: int | None = None) -> Survey:
    """Change a draft. Raises NotAllowed, Conflict, DomainError."""
    survey = lock(Survey.objects, survey.pk, version=version)
    permissions.may_change(by, survey).require()
    before = Survey.objects.get(pk=survey.pk)
    _write(survey, facts, by)
    names = [one.name for one in fields(SurveyFacts) if one.name != "places"]
    audit.record("survey.changed", by=by, obj=survey, changes=audit.differences(before, survey, names))
    return survey


def _write(survey: Survey, facts: SurveyFacts, by: User) -> None:
    _check(survey, facts)
    for one in fields(SurveyFacts):
        if one.name != "places":
            setattr(survey, one.name, getattr(facts, one.name))
    survey.title, survey.kind = facts.title.strip(), facts.questionnaire.kind
    survey._history_user = by  # type: ignore[attr-defined]
    survey.save()
    survey.places.set(facts.places)


def _check(survey: Survey, facts: SurveyFacts) -> None:
    if not facts.title.strip():
        raise DomainError(_("Give the survey a title."))
    if not Questionnaire.objects.of_unit(survey.unit_id).filter(pk=facts.questionnaire.pk).exists():
        raise DomainError(_("This questionnaire belongs to another unit."))
    if facts.period_end < facts.period_start or facts.open_until < facts.open_from:
        raise DomainError(_("The last day lies before the first."))
    if facts.open_from < facts.period_start:
        raise DomainError(_("Answers cannot be given before the period they are about."))
    if facts.minimum < LEAST_MINIMUM:
        raise DomainError(_("A result is never shown from fewer than %(least)d answers.") % {"least": LEAST_MINIMUM})
    if not 50 <= facts.confidence <= 99:
        raise DomainError(_("The confidence lies between 50 and 99 per cent."))
    if any(place.unit_id != survey.unit_id for place in facts.places):
        raise DomainError(_("These departments belong to another unit."))
    if len(facts.places) == 1:
        raise DomainError(_("Choose two departments at least, or none: one alone is the whole survey."))


@transaction.atomic
def open_survey(*, survey: Survey, by: User, version: int | None = None) -> Survey:
    """Ask from now on what the questionnaire says now. Raises NotAllowed, NotPossible, Conflict, DomainError."""
    survey = lock(Survey.objects.select_related("questionnaire"), survey.pk, version=version)
    permissions.may_open(by, survey).require()
    questions = [{"category": row.category, "text": row.text} for row in survey.questionnaire.questions.all()]
    if not questions:
        raise DomainError(_("A questionnaire needs at least one question."))
    if survey.open_until < timezone.localdate():
        raise DomainError(_("The last day for answers is past: change the survey first."))
    if survey.by_code and not survey.codes.exists():
        raise DomainError(_("Make the codes first: without one nobody can answer."))
    transition = SURVEY_TABLE.move(survey, "open")
    survey.questions, survey.introduction = questions, survey.questionnaire.introduction
    survey.opened_at = timezone.now()
    _save(survey, by)
    SurveyTally.objects.filter(survey=survey).update(yes=[0] * len(questions))
    audit.record(transition.audit, by=by, obj=survey)
    return survey


@transaction.atomic
def close(*, survey: Survey, by: User, version: int | None = None) -> Survey:
    """End it: the result is there, the codes are gone. Raises NotAllowed, NotPossible, Conflict."""
    survey = lock(Survey.objects, survey.pk, version=version)
    permissions.may_close(by, survey).require()
    return _end(survey, "close", by)


@transaction.atomic
def cancel(*, survey: Survey, reason: str, by: User, version: int | None = None) -> Survey:
    """Give it up: counts and codes are gone, no result is ever shown. Raises NotAllowed, NotPossible, Conflict, DomainError."""
    survey = lock(Survey.objects, survey.pk, version=version)
    permissions.may_cancel(by, survey).require()
    if not reason.strip():
        raise DomainError(_("Say why it is given up."))
    survey.cancelled_reason = reason.strip()[:500]
    return _end(survey, "cancel", by)


def _end(survey: Survey, step: str, by: User) -> Survey:
    # Whoever is answering at this moment holds the counts: they are in, or find the survey ended.
    tally = SurveyTally.objects.select_for_update().get(survey=survey)
    transition = SURVEY_TABLE.move(survey, step)
    if step == "close":
        survey.closed_at = timezone.now()
    else:
        tally.n, tally.contacts, tally.yes, tally.places = 0, 0, [], {}
        tally.save()
    _save(survey, by)
    survey.codes.all().delete()
    audit.record(transition.audit, by=by, obj=survey, reason=survey.cancelled_reason)
    if step == "close":
        url = reverse("assessments:survey", args=[survey.pk])
        notify(_readers(survey), kind="survey", text=_("A survey has ended; its result can be read."), url=url, except_for=by)
    return survey


def _readers(survey: Survey) -> list[User]:
    """Unit head and party committee."""
    members = BodyMembership.objects.in_force().filter(body__unit_id=survey.unit_id, body__kind=BodyKind.PARTY_COMMITTEE)
    heads = Appointment.objects.in_force().filter(position__unit_id=survey.unit_id, position__rank=Rank.UNIT_HEAD)
    found = [row.person for rows in (members, heads) for row in rows.select_related("person")]
    return list({person.pk: person for person in found}.values())


@transaction.atomic
def make_codes(*, survey: Survey, number: int, by: User) -> list[str]:
    """So many codes, as people type them; only their hashes are kept, so that they are told now or never.

    Raises NotAllowed, DomainError.
    """
    survey = lock(Survey.objects, survey.pk)
    permissions.may_make_codes(by, survey).require()
    if not 1 <= number <= MOST_CODES:
        raise DomainError(_("Between 1 and %(most)d codes are made at a time.") % {"most": MOST_CODES})
    codes = sorted({_signs(CODE_LENGTH) for _n in range(number)})
    secrets.SystemRandom().shuffle(codes)
    SurveyCode.objects.bulk_create([SurveyCode(survey=survey, code_hash=code_hash(survey, code)) for code in codes])
    survey.codes_made += len(codes)
    _save(survey, by)
    audit.record("survey.codes_made", by=by, obj=survey, detail={"codes": len(codes)})
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@transaction.atomic
def withdraw_codes(*, survey: Survey, by: User) -> int:
    """Make all unused codes worthless, because a sheet was lost; returns how many. Raises NotAllowed, NotPossible."""
    survey = lock(Survey.objects, survey.pk)
    permissions.may_make_codes(by, survey).require()
    gone, _by_model = survey.codes.filter(is_used=False).delete()
    if not gone:
        raise NotPossible(_("There are no unused codes."))
    survey.codes_made -= gone
    _save(survey, by)
    audit.record("survey.codes_withdrawn", by=by, obj=survey, detail={"codes": gone})
    return gone


def code_hash(survey: Survey, code: str) -> str:
    """What is kept of a code: keyed with a secret of the installation, so that a copy of the table finds no code."""
    return salted_hmac(f"{_CODE_SALT}.{survey.key}", plain(code), algorithm="sha256").hexdigest()


def is_code(text: str) -> bool:
    """Whether it looks like a code."""
    signs = plain(text)
    return len(signs) == CODE_LENGTH and not set(signs) - set(ALPHABET)


def _signs(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _n in range(length))


def _save(survey: Survey, by: User) -> None:
    survey._history_user = by  # type: ignore[attr-defined]
    survey.save()
