"""Search over everything one may see: each group starts from `visible_to`, shows five and links to its list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from early_warnings.models import Warning
from jobs.models import Job
from leads.lead_page import unit_of
from leads.models import Lead, Sign
from leads.selectors import keeps_leads, matching
from positions.models import Appointment, PowerItem, Rule
from risks.models import Declaration, RiskPoint
from risks.search import condition
from risks.selectors import search_points
from talks.models import Talk
from web.links import link

SHOWN = 5
MAX_TEXT = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of a group."""

    title: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was found in one list; `is_more` when there is more than shown."""

    title: str
    icon: str
    hits: list[Hit]
    is_more: bool
    more_url: str


def find(user: User, text: str) -> list[Group]:
    """The groups in which something was found, in a fixed order; nothing for a text without a visible sign."""
    if condition(text) is None:
        return []
    groups = [make(user, text) for make in (_risks, _powers, _rules, _people, _forms, _leads, _warnings, _talks, _signs, _files)]
    return [group for group in groups if group.hits]


def _group(title: str, icon: str, rows: Iterable[Any], hit: Callable[[Any], Hit], list_name: str, text: str) -> Group:
    found = list(rows)
    hits = [hit(row) for row in found[:SHOWN]]
    return Group(title, icon, hits, len(found) > SHOWN, link(list_name, query=urlencode({"q": text})))


def _risks(user: User, text: str) -> Group:
    rows = search_points(RiskPoint.objects.visible_to(user).registered(), text)
    rows = rows.select_related("department", "position", "current_level").order_by("number")[: SHOWN + 1]
    return _group(_("Risk points"), "shield-check", rows, _risk_hit, "risks:register", text)


def _risk_hit(risk: RiskPoint) -> Hit:
    holder = " ".join(str(part) for part in (risk.department, risk.position) if part)
    return Hit(
        f"{risk.number} {risk.title}",
        f"{risk.current_level} · {holder}" if holder else str(risk.current_level),
        link("risks:risk", risk.pk),
    )


def _powers(user: User, text: str) -> Group:
    rows = PowerItem.objects.visible_to(user).in_force().filter(Q(name__icontains=text) | Q(number__icontains=text))
    rows = rows.select_related("department").order_by("number")[: SHOWN + 1]
    return _group(_("Power items"), "scale", rows, _power_hit, "powers:index", text)


def _power_hit(item: PowerItem) -> Hit:
    return Hit(str(item), " · ".join(str(p) for p in (item.get_category_display(), item.department) if p), link("powers:item", item.pk))


def _rules(user: User, text: str) -> Group:
    rows = Rule.objects.visible_to(user).filter(Q(title__icontains=text) | Q(number__icontains=text)).order_by("title")[: SHOWN + 1]
    return _group(
        _("Rules"), "book", rows, lambda rule: Hit(rule.title, rule.get_state_display(), link("powers:rule", rule.pk)), "powers:rules", text
    )


def _people(user: User, text: str) -> Group:
    rows = (
        Appointment.objects.visible_to(user)
        .in_force()
        .filter(Q(person__name__icontains=text) | Q(person__staff_number=text) | Q(position__name__icontains=text))
        .select_related("person", "position__department", "position__unit")
        .order_by("person__name", "pk")[: SHOWN + 1]
    )
    return _group(_("People"), "users", rows, _person_hit, "organisation:people", text)


def _person_hit(appointment: Appointment) -> Hit:
    position = appointment.position
    return Hit(
        appointment.person.name, f"{position.department or position.unit} {position}", link("organisation:person", appointment.person_id)
    )


def _forms(user: User, text: str) -> Group:
    rows = (
        Declaration.objects.visible_to(user)
        .active()
        .filter(Q(declarant__name__icontains=text) | Q(position__name__icontains=text) | Q(department__name__icontains=text))
        .select_related("declarant", "position", "department", "unit", "campaign")
        .order_by("-pk")[: SHOWN + 1]
    )
    return _group(_("Forms"), "file-text", rows, _form_hit, "risks:forms", text)


def _form_hit(form: Declaration) -> Hit:
    detail = " · ".join(str(part) for part in (form.campaign, form.get_state_display()) if part)
    return Hit(str(form), detail, link("risks:form", form.pk))


def _leads(user: User, text: str) -> Group:
    # Who has no desk for leads is asked nothing about them: the search takes no longer whether there are some or none.
    keys = matching(Lead.objects.visible_to(user), text, most=SHOWN + 1) if keeps_leads(user) else []
    rows = Lead.objects.visible_to(user).filter(pk__in=keys).order_by("-received_at", "-pk")
    return _group(_("Leads"), "speakerphone", rows, _lead_hit, "leads:ledger", text)


def _lead_hit(lead: Lead) -> Hit:
    return Hit(f"{lead.number} {lead.title}", str(lead.get_state_display()), lead.get_absolute_url())


def _warnings(user: User, text: str) -> Group:
    rows = (
        Warning.objects.visible_to(user)
        .filter(Q(number__icontains=text) | Q(subject_label__icontains=text) | Q(grounds__icontains=text))
        .select_related("level")
        .order_by("-pk")[: SHOWN + 1]
    )
    return _group(_("Warnings"), "alert-triangle", rows, _warning_hit, "warnings:ledger", text)


def _warning_hit(warning: Warning) -> Hit:
    detail = " · ".join(part for part in (warning.number, str(warning.level), warning.get_state_display()) if part)
    return Hit(warning.subject_label, detail, warning.get_absolute_url())


def _talks(user: User, text: str) -> Group:
    rows = Talk.objects.visible_to(user).filter(Q(number__icontains=text) | Q(person_name__icontains=text) | Q(talker_name__icontains=text))
    return _group(_("Talks"), "message-2", rows.order_by("-pk")[: SHOWN + 1], _talk_hit, "talks:index", text)


def _talk_hit(talk: Talk) -> Hit:
    detail = " · ".join(part for part in (talk.person_name, talk.state_label) if part)
    return Hit(str(talk), detail, talk.get_absolute_url())


def _signs(user: User, text: str) -> Group:
    unit = unit_of(user)
    rows = Sign.objects.visible_to(user).of_unit(unit.pk).active() if unit else Sign.objects.none()
    rows = rows.filter(Q(text__icontains=text) | Q(number__iexact=text)).order_by("number", "pk")[: SHOWN + 1]
    return _group(_("Signs"), "eye", rows, lambda sign: Hit(str(sign), sign.get_field_display(), link("leads:signs")), "leads:signs", text)


def _files(user: User, text: str) -> Group:
    rows = Job.objects.visible_to(user).filter(title__icontains=text).order_by("-pk")[: SHOWN + 1]
    return _group(
        _("My files"), "folder", rows, lambda job: Hit(job.title, job.get_state_display(), link("jobs:index")), "jobs:index", text
    )
