"""Search over everything one may see: each group starts from `visible_to`, shows five and links to its list.

The keys of all groups are found in one statement, put together once for each reader (common.prepared): most groups have none, and for
those nothing more is read.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet, TextField, Value
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


@dataclass(frozen=True, slots=True)
class _Search:
    """Who looks for what. `words`: the parts of the text of which the index of points says too much; `unit_id`: whose signs."""

    user: User
    text: str
    terms: str
    words: tuple[str, ...]
    unit_id: int | None

    @property
    def is_cased(self) -> bool:
        """Whether the text has letters that come in two sizes."""
        return self.text.upper() != self.text.lower()

    @property
    def names(self) -> list[str]:
        """What the words are called in a statement."""
        return [f"word_{place}" for place in range(len(self.words))]

    def within(self, *fields: str) -> Q:
        """One of the fields holds the text, in capitals or not. To make capitals takes time: not for a text without letters."""
        found = Q()
        for field in fields:
            found |= Q(**{f"{field}__icontains": _TEXT}) if self.is_cased else Q(GreaterThan(StrIndex(F(field), _TEXT), 0))
        return found


_TEXT: Any = Given("text", TextField())


def find(user: User, text: str) -> list[Group]:
    """The groups in which something was found, in a fixed order; nothing for a text without a visible sign."""
    query = query_of(text)
    if query is None:
        return []
    units = scope_of(user).unit_ids
    unit_id = next(iter(units)) if len(units) == 1 else unit.pk if (unit := unit_of(user)) else None
    search = _Search(user, text, query.terms, tuple(query.rechecked), unit_id)
    found = _found(search) | _found_alone(search)
    return [show(found[name], text) for name, show in _SHOWN.items() if found.get(name)]


# ---- The keys ---------------------------------------------------------------------------------------------------------


def _found(search: _Search) -> dict[str, list[int]]:
    """Keys by group, of those whose lists follow from who asks: they start from `visible_to` and hold `within(…)`."""
    names = [name for name in _LISTS if not _is_alone(name, search.user)]
    shape = (search.is_cased, len(search.words), search.unit_id, *names)

    def together() -> QuerySet[Any]:
        # Each part is in order and ends after a few rows; PostgreSQL hands the rows of one part on as they come.
        first, *more = [_LISTS[name](search).values_list(Value(place), "pk")[: SHOWN + 1] for place, name in enumerate(names)]
        return first.union(*more, all=True)

    asker = (in_view(search.user, scope_of(search.user), timezone.localdate()), shape)
    words = dict(zip(search.names, search.words, strict=True))
    found: dict[str, list[int]] = defaultdict(list)
    for place, key in prepared.rows("search", asker, together, text=search.text, terms=search.terms, **words):
        found[names[place]].append(key)
    return found


def _is_alone(name: str, user: User) -> bool:
    """What does not follow from who asks: points while some are not in the index; talks for a committee, which sees of them what follows
    from who stands above whom today."""
    return (name == "risks" and is_behind()) or (name == "talks" and bool(scope_of(user).bodies.get(BodyKind.DISCIPLINE_COMMITTEE)))


def _found_alone(search: _Search) -> dict[str, list[int]]:
    """The same for what nothing is kept of."""
    user, text = search.user, search.text
    found: dict[str, list[int]] = {}
    if _is_alone("risks", user):
        points = search_points(RiskPoint.objects.visible_to(user).registered(), text).order_by("number")
        found["risks"] = list(points.values_list("pk", flat=True)[: SHOWN + 1])
    if _is_alone("talks", user):
        named = Q(number__icontains=text) | Q(person_name__icontains=text) | Q(talker_name__icontains=text)
        found["talks"] = list(Talk.objects.visible_to(user).filter(named).order_by("-pk").values_list("pk", flat=True)[: SHOWN + 1])
    # Who has no desk for leads is asked nothing about them: the search takes no longer whether there are some or none.
    if keeps_leads(user):
        found["leads"] = matching(Lead.objects.visible_to(user), text, most=SHOWN + 1)
    return found


def _risks(search: _Search) -> QuerySet[Any]:
    points = RiskPoint.objects.visible_to(search.user).registered()
    points = points.annotate(**HAYSTACK) if search.words else points
    return points.filter(holds(Given("terms", TextField()), [Given(name, TextField()) for name in search.names])).order_by("number")


def _powers(search: _Search) -> QuerySet[Any]:
    return PowerItem.objects.visible_to(search.user).in_force().filter(search.within("name", "number")).order_by("number")


def _rules(search: _Search) -> QuerySet[Any]:
    return Rule.objects.visible_to(search.user).filter(search.within("title", "number")).order_by("title")


def _people(search: _Search) -> QuerySet[Any]:
    named = Q(person__staff_number=_TEXT) | search.within("person__name", "position__name")
    return Appointment.objects.visible_to(search.user).in_force().filter(named).order_by("person__name", "pk")


def _forms(search: _Search) -> QuerySet[Any]:
    named = search.within("declarant__name", "position__name", "department__name")
    return Declaration.objects.visible_to(search.user).active().filter(named).order_by("-pk")


def _warnings(search: _Search) -> QuerySet[Any]:
    return Warning.objects.visible_to(search.user).filter(search.within("number", "subject_label", "grounds")).order_by("-pk")


def _talks(search: _Search) -> QuerySet[Any]:
    return Talk.objects.visible_to(search.user).filter(search.within("number", "person_name", "talker_name")).order_by("-pk")


def _signs(search: _Search) -> QuerySet[Any]:
    if search.unit_id is None:
        return Sign.objects.none()
    named = Q(number__iexact=_TEXT) | search.within("text")
    return Sign.objects.visible_to(search.user).of_unit(search.unit_id).active().filter(named).order_by("number", "pk")


def _files(search: _Search) -> QuerySet[Any]:
    return Job.objects.visible_to(search.user).filter(search.within("title")).order_by("-pk")


_LISTS: Mapping[str, Callable[[_Search], QuerySet[Any]]] = {
    "risks": _risks,
    "powers": _powers,
    "rules": _rules,
    "people": _people,
    "forms": _forms,
    "warnings": _warnings,
    "talks": _talks,
    "signs": _signs,
    "files": _files,
}


# ---- What is shown of them --------------------------------------------------------------------------------------------


def _in_order(model: type[Any], *joined: str) -> Objects[Any]:
    """The objects of some keys, to be called with them."""
    return Objects(lambda: model.objects.filter(one_of("pk", "keys")).select_related(*joined))


_points = _in_order(RiskPoint, "department", "position", "current_level")
_items = _in_order(PowerItem, "department")
_written_rules = _in_order(Rule)
_appointments = _in_order(Appointment, "person", "position__department", "position__unit")
_declarations = _in_order(Declaration, "declarant", "position", "department", "unit", "campaign")
_received = _in_order(Lead)
_issued = _in_order(Warning, "level")
_held = _in_order(Talk)
_seen_signs = _in_order(Sign)
_made_files = _in_order(Job)


def _group(title: str, icon: str, objects: Objects[Any], hit: Callable[[Any], Hit], list_name: str, keys: list[int], text: str) -> Group:
    known = {one.pk: one for one in objects(keys=keys)}
    hits = [hit(known[key]) for key in keys[:SHOWN] if key in known]
    return Group(title, icon, hits, len(keys) > SHOWN, link(list_name, query=urlencode({"q": text})))


def _risk_hit(risk: RiskPoint) -> Hit:
    holder = " ".join(str(part) for part in (risk.department, risk.position) if part)
    detail = f"{risk.current_level} · {holder}" if holder else str(risk.current_level)
    return Hit(f"{risk.number} {risk.title}", detail, link("risks:risk", risk.pk))


def _power_hit(item: PowerItem) -> Hit:
    return Hit(str(item), " · ".join(str(p) for p in (item.get_category_display(), item.department) if p), link("powers:item", item.pk))


def _rule_hit(rule: Rule) -> Hit:
    return Hit(rule.title, rule.get_state_display(), link("powers:rule", rule.pk))


def _person_hit(appointment: Appointment) -> Hit:
    position = appointment.position
    detail = f"{position.department or position.unit} {position}"
    return Hit(appointment.person.name, detail, link("organisation:person", appointment.person_id))


def _form_hit(form: Declaration) -> Hit:
    detail = " · ".join(str(part) for part in (form.campaign, form.get_state_display()) if part)
    return Hit(str(form), detail, link("risks:form", form.pk))


def _lead_hit(lead: Lead) -> Hit:
    return Hit(f"{lead.number} {lead.title}", str(lead.get_state_display()), lead.get_absolute_url())


def _warning_hit(warning: Warning) -> Hit:
    detail = " · ".join(part for part in (warning.number, str(warning.level), warning.get_state_display()) if part)
    return Hit(warning.subject_label, detail, warning.get_absolute_url())


def _talk_hit(talk: Talk) -> Hit:
    detail = " · ".join(part for part in (talk.person_name, talk.state_label) if part)
    return Hit(str(talk), detail, talk.get_absolute_url())


def _sign_hit(sign: Sign) -> Hit:
    return Hit(str(sign), sign.get_field_display(), link("leads:signs"))


def _file_hit(job: Job) -> Hit:
    return Hit(job.title, job.get_state_display(), link("jobs:index"))


# In the order of the page.
_SHOWN: Mapping[str, Callable[[list[int], str], Group]] = {
    "risks": lambda *found: _group(_("Risk points"), "shield-check", _points, _risk_hit, "risks:register", *found),
    "powers": lambda *found: _group(_("Power items"), "scale", _items, _power_hit, "powers:index", *found),
    "rules": lambda *found: _group(_("Rules"), "book", _written_rules, _rule_hit, "powers:rules", *found),
    "people": lambda *found: _group(_("People"), "users", _appointments, _person_hit, "organisation:people", *found),
    "forms": lambda *found: _group(_("Forms"), "file-text", _declarations, _form_hit, "risks:forms", *found),
    "leads": lambda *found: _group(_("Leads"), "speakerphone", _received, _lead_hit, "leads:ledger", *found),
    "warnings": lambda *found: _group(_("Warnings"), "alert-triangle", _issued, _warning_hit, "warnings:ledger", *found),
    "talks": lambda *found: _group(_("Talks"), "message-2", _held, _talk_hit, "talks:index", *found),
    "signs": lambda *found: _group(_("Signs"), "eye", _seen_signs, _sign_hit, "leads:signs", *found),
    "files": lambda *found: _group(_("My files"), "folder", _made_files, _file_hit, "jobs:index", *found),
}
