"""Search over everything one may see: each group starts from `visible_to`, shows five and links to its list."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import prepared
from common.prepared import Given, one_of
from common.prepared_objects import Objects
from early_warnings.models import Warning
from jobs.models import Job
from leads.lead_page import unit_of
from leads.models import Lead, Sign
from leads.selectors import keeps_leads, matching
from positions.models import Appointment, BodyKind, PowerItem, Rule
from positions.scopes import scope_of
from risks.models import Declaration, RiskPoint
from risks.search import HAYSTACK, holds, query_of
from risks.selectors import search_points
from risks.services.indexing import is_behind
from talks.models import Talk
from web.board_parts import in_view
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
    if query_of(text) is None:
        return []
    groups = [make(user, text) for make in (_risks, _powers, _rules, _people, _forms, _leads, _warnings, _talks, _signs, _files)]
    return [group for group in groups if group.hits]


def _in_order(model: type[Any], *joined: str) -> Objects[Any]:
    """The objects of some keys, to be called with them."""
    return Objects(lambda: model.objects.filter(one_of("pk", "keys")).select_related(*joined))


_TEXT: Any = Given("text", TextField())


def _is_cased(text: str) -> bool:
    return text.upper() != text.lower()


def _within(text: str, *fields: str) -> Q:
    """One of the fields holds the text, in capitals or not. To make capitals takes time: not for a text without letters."""
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": _TEXT}) if _is_cased(text) else Q(GreaterThan(StrIndex(F(field), _TEXT), 0))
    return found


_points = _in_order(RiskPoint, "department", "position", "current_level")
_items = _in_order(PowerItem, "department")
_written_rules = _in_order(Rule)
_appointments = _in_order(Appointment, "person", "position__department", "position__unit")
_declarations = _in_order(Declaration, "declarant", "position", "department", "unit", "campaign")
_issued = _in_order(Warning, "level")
_made_files = _in_order(Job)
_held = _in_order(Talk)
_seen_signs = _in_order(Sign)


def _listed(objects: Objects[Any], keys: list[int]) -> list[Any]:
    found = {one.pk: one for one in objects(keys=keys)} if keys else {}
    return [found[key] for key in keys if key in found]


def _first(name: str, user: User, text: str, make: Callable[[], QuerySet[Any]], objects: Objects[Any], *more: Hashable) -> list[Any]:
    """The first few of `make()`, which starts from `visible_to` and holds `_within(text, …)`.

    Their keys are found with a statement put together once for each reader, and `more` that it follows from; most groups have none, and
    then nothing more is read.
    """
    return _found(name, user, make, objects, (_is_cased(text), more), text=text)


def _found(name: str, user: User, make: Callable[[], QuerySet[Any]], objects: Objects[Any], shape: Hashable, **given: str) -> list[Any]:
    asker = (in_view(user, scope_of(user), timezone.localdate()), shape)
    keys = prepared.rows(f"search.{name}", asker, lambda: make().values_list("pk")[: SHOWN + 1], **given)
    return _listed(objects, [key for (key, *_order) in keys])


def _group(title: str, icon: str, rows: Iterable[Any], hit: Callable[[Any], Hit], list_name: str, text: str) -> Group:
    found = list(rows)
    hits = [hit(row) for row in found[:SHOWN]]
    return Group(title, icon, hits, len(found) > SHOWN, link(list_name, query=urlencode({"q": text})))


def _risks(user: User, text: str) -> Group:
    query = query_of(text)
    if query is None or is_behind():
        found = search_points(RiskPoint.objects.visible_to(user).registered(), text).order_by("number")
        rows = _listed(_points, list(found.values_list("pk", flat=True)[: SHOWN + 1]))
    else:
        words = {f"word_{place}": word for place, word in enumerate(query.rechecked)}

        def make() -> Any:
            points = RiskPoint.objects.visible_to(user).registered()
            points = points.annotate(**HAYSTACK) if words else points
            wanted = holds(Given("terms", TextField()), [Given(name, TextField()) for name in words])
            return points.filter(wanted).order_by("number")

        rows = _found("risks", user, make, _points, len(words), terms=query.terms, **words)
    return _group(_("Risk points"), "shield-check", rows, _risk_hit, "risks:register", text)


def _risk_hit(risk: RiskPoint) -> Hit:
    holder = " ".join(str(part) for part in (risk.department, risk.position) if part)
    return Hit(
        f"{risk.number} {risk.title}",
        f"{risk.current_level} · {holder}" if holder else str(risk.current_level),
        link("risks:risk", risk.pk),
    )


def _powers(user: User, text: str) -> Group:
    def make() -> Any:
        named = _within(text, "name", "number")
        return PowerItem.objects.visible_to(user).in_force().filter(named).order_by("number")

    rows = _first("powers", user, text, make, _items)
    return _group(_("Power items"), "scale", rows, _power_hit, "powers:index", text)


def _power_hit(item: PowerItem) -> Hit:
    return Hit(str(item), " · ".join(str(p) for p in (item.get_category_display(), item.department) if p), link("powers:item", item.pk))


def _rules(user: User, text: str) -> Group:
    def make() -> Any:
        return Rule.objects.visible_to(user).filter(_within(text, "title", "number")).order_by("title")

    rows = _first("rules", user, text, make, _written_rules)
    return _group(
        _("Rules"), "book", rows, lambda rule: Hit(rule.title, rule.get_state_display(), link("powers:rule", rule.pk)), "powers:rules", text
    )


def _people(user: User, text: str) -> Group:
    def make() -> Any:
        named = Q(person__staff_number=_TEXT) | _within(text, "person__name", "position__name")
        return Appointment.objects.visible_to(user).in_force().filter(named).order_by("person__name", "pk")

    rows = _first("people", user, text, make, _appointments)
    return _group(_("People"), "users", rows, _person_hit, "organisation:people", text)


def _person_hit(appointment: Appointment) -> Hit:
    position = appointment.position
    return Hit(
        appointment.person.name, f"{position.department or position.unit} {position}", link("organisation:person", appointment.person_id)
    )


def _forms(user: User, text: str) -> Group:
    def make() -> Any:
        named = _within(text, "declarant__name", "position__name", "department__name")
        return Declaration.objects.visible_to(user).active().filter(named).order_by("-pk")

    rows = _first("forms", user, text, make, _declarations)
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
    def make() -> Any:
        named = _within(text, "number", "subject_label", "grounds")
        return Warning.objects.visible_to(user).filter(named).order_by("-pk")

    rows = _first("warnings", user, text, make, _issued)
    return _group(_("Warnings"), "alert-triangle", rows, _warning_hit, "warnings:ledger", text)


def _warning_hit(warning: Warning) -> Hit:
    detail = " · ".join(part for part in (warning.number, str(warning.level), warning.get_state_display()) if part)
    return Hit(warning.subject_label, detail, warning.get_absolute_url())


def _talks(user: User, text: str) -> Group:
    if scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE):
        # What a committee sees of talks follows from who stands above whom today, which is asked: nothing of that is kept.
        named = Q(number__icontains=text) | Q(person_name__icontains=text) | Q(talker_name__icontains=text)
        rows: Iterable[Talk] = Talk.objects.visible_to(user).filter(named).order_by("-pk")[: SHOWN + 1]
    else:

        def make() -> Any:
            return Talk.objects.visible_to(user).filter(_within(text, "number", "person_name", "talker_name")).order_by("-pk")

        rows = _first("talks", user, text, make, _held)
    return _group(_("Talks"), "message-2", rows, _talk_hit, "talks:index", text)


def _talk_hit(talk: Talk) -> Hit:
    detail = " · ".join(part for part in (talk.person_name, talk.state_label) if part)
    return Hit(str(talk), detail, talk.get_absolute_url())


def _signs(user: User, text: str) -> Group:
    units = scope_of(user).unit_ids
    unit_id = next(iter(units)) if len(units) == 1 else unit.pk if (unit := unit_of(user)) else None

    def make() -> Any:
        if unit_id is None:
            return Sign.objects.none()
        named = Q(number__iexact=_TEXT) | _within(text, "text")
        return Sign.objects.visible_to(user).of_unit(unit_id).active().filter(named).order_by("number", "pk")

    rows = _first("signs", user, text, make, _seen_signs, unit_id)
    return _group(_("Signs"), "eye", rows, lambda sign: Hit(str(sign), sign.get_field_display(), link("leads:signs")), "leads:signs", text)


def _files(user: User, text: str) -> Group:
    def make() -> Any:
        return Job.objects.visible_to(user).filter(_within(text, "title")).order_by("-pk")

    rows = _first("files", user, text, make, _made_files)
    return _group(
        _("My files"), "folder", rows, lambda job: Hit(job.title, job.get_state_display(), link("jobs:index")), "jobs:index", text
    )
