"""Where things are: navigation by task (design.md). An area adds its pages here; nobody sees a page that is not for them.

An entry whose address does not exist yet is left out; `tests/web/test_navigation.py` fails while there is one, so the finished
product skips none. Who may see what *on* a page is decided by the page: this only keeps doors out of sight that lead nowhere.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import AdminRole
from deadlines.querysets import kept_units
from education.querysets import kept_units as kept_motto_units
from positions.models import BodyKind
from positions.scopes import Scope
from reporting.annual.querysets import reading_unit_ids
from reporting.dashboards.selection import leads_somebody, sees_units_below

Predicate = Callable[[Scope], bool]


def works_here(scope: Scope) -> bool:
    """Holds a position or sits in a body; no administrator."""
    return bool(scope.unit_ids) and not scope.admin_role


def reviews(scope: Scope) -> bool:
    """Somebody to whom forms of others come."""
    return bool(scope.led_department_ids | scope.charge_department_ids | scope.leadership_unit_ids | scope.whole_unit_ids)


def sees_whole_unit(scope: Scope) -> bool:
    """Unit head, leading group, its office, discipline committee."""
    return bool(scope.whole_unit_ids)


def grades(scope: Scope) -> bool:
    """Takes part in the grading session."""
    return bool(scope.bodies.get(BodyKind.LEADING_GROUP) or scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE) or scope.headed_unit_ids)


def keeps_register(scope: Scope) -> bool:
    """Brings registers in: the office of the leading group and the unit head."""
    return bool(scope.bodies.get(BodyKind.LEADING_GROUP_OFFICE) or scope.headed_unit_ids)


def keeps_reminders(scope: Scope) -> bool:
    """Sets when a unit reminds: office of the leading group, head of the discipline committee, unit head."""
    return bool(kept_units(scope))


def browses_organisation(scope: Scope) -> bool:
    """Everybody knows their own unit; two administrators keep all of them."""
    return works_here(scope) or scope.admin_role in (AdminRole.SYSTEM, AdminRole.SECURITY)


def keeps_mottos(scope: Scope) -> bool:
    """Discipline committee, office of the leading group."""
    return bool(kept_motto_units(scope))


def starts_warnings(scope: Scope) -> bool:
    """Sits in a discipline committee."""
    return bool(scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE))


def approves_warnings(scope: Scope) -> bool:
    """Sits in a party committee."""
    return bool(scope.bodies.get(BodyKind.PARTY_COMMITTEE))


def leads_others(scope: Scope) -> bool:
    """Somebody who can be responsible for a warning."""
    return bool(scope.led_department_ids | scope.charge_department_ids | scope.headed_unit_ids)


def keeps_leads(scope: Scope) -> bool:
    """Leads come to the desks of both committees and of branch secretaries."""
    committees = scope.bodies.get(BodyKind.DISCIPLINE_COMMITTEE) or scope.bodies.get(BodyKind.PARTY_COMMITTEE)
    return bool(committees or scope.secretary_of)


def reads_surveys(scope: Scope) -> bool:
    """Discipline committee, party committee, unit head."""
    return bool(starts_warnings(scope) or approves_warnings(scope) or scope.headed_unit_ids)


def checks_eligibility(scope: Scope) -> bool:
    """Discipline committee, personnel office."""
    return bool(starts_warnings(scope) or scope.bodies.get(BodyKind.PERSONNEL_OFFICE))


def reads_index(scope: Scope) -> bool:
    """Both committees, the leading group, and who holds a leadership position."""
    return bool(reads_surveys(scope) or scope.bodies.get(BodyKind.LEADING_GROUP) or scope.leadership_unit_ids)


def reads_annual_reports(scope: Scope) -> bool:
    """Both committees, leadership, leading group and its office."""
    return bool(reading_unit_ids(scope))


def is_admin(*roles: str) -> Predicate:
    """Holds one of these administrator roles."""
    return lambda scope: scope.admin_role in roles


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: label, URL name, who sees the door."""

    label: Any
    url_name: str
    predicate: Predicate


@dataclass(frozen=True, slots=True)
class Section:
    """A task with its pages; its own address is that of the first page the person may see."""

    label: Any
    icon: str
    entries: tuple[Entry, ...]
    primary: bool = False  # in the bar at the bottom of phones (four at most)


SECTIONS: tuple[Section, ...] = (
    Section(_("My tasks"), "inbox", (Entry(_("My tasks"), "web:start", lambda _scope: True),), primary=True),
    Section(
        _("Powers"),
        "scale",
        (
            Entry(_("Power catalogue"), "powers:index", works_here),
            Entry(_("Findings"), "powers:findings", works_here),
            Entry(_("Rules library"), "powers:rules", works_here),
        ),
        primary=True,
    ),
    Section(
        _("Risks"),
        "shield-check",
        (
            Entry(_("My forms"), "risks:forms", works_here),
            Entry(_("Review"), "risks:review", reviews),
            Entry(_("Campaign"), "risks:campaigns", works_here),
            Entry(_("Grading session"), "risks:grading", grades),
            Entry(_("Register"), "risks:register", works_here),
            Entry(_("Proposals of levels"), "regrading:proposals", grades),
            Entry(_("Measures"), "risks:measures", works_here),
            Entry(_("Risk levels of positions"), "risks:position_levels", works_here),
            Entry(_("Grading schemes"), "risks:schemes", grades),
            Entry(_("Rules of re-grading"), "regrading:rule_sets", sees_whole_unit),
            Entry(_("Nights of re-grading"), "regrading:runs", sees_whole_unit),
        ),
        primary=True,
    ),
    Section(
        _("Leads"),
        "speakerphone",
        (
            Entry(_("To be handled"), "leads:board", keeps_leads),
            Entry(_("Ledger"), "leads:ledger", keeps_leads),
            Entry(_("Matters to be considered"), "regrading:confidential", starts_warnings),
            Entry(_("Report something"), "leads:report", works_here),
            Entry(_("My reports"), "leads:mine", works_here),
            Entry(_("Signs"), "leads:signs", works_here),
        ),
    ),
    Section(
        _("Warnings"),
        "alert-triangle",
        (
            Entry(_("Warnings: board"), "warnings:board", starts_warnings),
            Entry(_("Approval of warnings"), "warnings:approvals", approves_warnings),
            Entry(_("Rectifications"), "warnings:rectifications", leads_others),
            Entry(_("Warnings given to me"), "warnings:mine", works_here),
            Entry(_("Ledger of warnings"), "warnings:ledger", works_here),
            Entry(_("Ledger of rectification"), "warnings:rectification_ledger", works_here),
            Entry(_("Integrity points"), "warnings:points", works_here),
            Entry(_("Warning settings"), "warnings:settings", starts_warnings),
        ),
    ),
    Section(
        _("Assessments"),
        "clipboard-check",
        (
            Entry(_("My appraisals"), "assessments:rating", works_here),
            Entry(_("Assessment rounds"), "assessments:rounds", reads_surveys),
            Entry(_("My results"), "assessments:my_results", works_here),
            Entry(_("Summary of results"), "assessments:summary", works_here),
            Entry(_("Appeals"), "assessments:appeals", reads_surveys),
            Entry(_("Contact-rate surveys"), "assessments:surveys", reads_surveys),
            Entry(_("Position risk index"), "assessments:index_list", reads_index),
            Entry(_("Eligibility checks"), "assessments:eligibility", checks_eligibility),
            Entry(_("Restrictions from assessment"), "assessments:restrictions", works_here),
            Entry(_("Assessment settings"), "assessments:settings", starts_warnings),
        ),
    ),
    Section(
        _("Education"),
        "school",
        (Entry(_("Talks"), "talks:index", works_here), Entry(_("Mottos of the day"), "education:mottos", keeps_mottos)),
    ),
    Section(
        _("Reports"),
        "chart-bar",
        (
            Entry(_("Dashboard"), "reporting:dashboard", leads_somebody),
            Entry(_("Units side by side"), "reporting:subtree", sees_units_below),
            Entry(_("Annual reports"), "reporting:annual_reports", reads_annual_reports),
            Entry(_("Integrity files"), "reporting:file_requests", works_here),
            Entry(_("Import a register"), "reporting:imports", keeps_register),
            Entry(_("Imports"), "reporting:lists", works_here),
        ),
    ),
    Section(
        _("Organisation"),
        "sitemap",
        (
            Entry(_("Unit"), "organisation:index", browses_organisation),
            Entry(_("People"), "organisation:people", browses_organisation),
            Entry(_("Imports"), "reporting:lists", is_admin(AdminRole.SYSTEM)),
            Entry(_("Reminders of deadlines"), "deadlines:settings", keeps_reminders),
            Entry(_("Ledger of reminders"), "deadlines:ledger", is_admin(AdminRole.AUDIT)),
            Entry(_("Accounts"), "accounts:index", is_admin(AdminRole.SYSTEM, AdminRole.SECURITY)),
            Entry(_("Interface for other systems"), "api:tokens", is_admin(AdminRole.SYSTEM, AdminRole.SECURITY)),
            Entry(_("Audit"), "audit:index", is_admin(AdminRole.AUDIT)),
            Entry(_("Deliveries"), "web:deliveries", is_admin(AdminRole.SYSTEM)),
            Entry(_("Document templates"), "reporting:papers", is_admin(AdminRole.SYSTEM)),
            Entry(_("Robots of group chats"), "web:robots", is_admin(AdminRole.SYSTEM, AdminRole.SECURITY)),
            Entry(_("Scheduled work"), "schedule:index", is_admin(AdminRole.SYSTEM, AdminRole.AUDIT)),
            Entry(_("Nights of re-grading"), "regrading:runs", is_admin(AdminRole.SYSTEM)),
        ),
    ),
    Section(_("My files"), "folder", (Entry(_("My files"), "jobs:index", lambda _scope: True),)),
)


@cache
def address(url_name: str) -> str | None:
    """The page's address, or None while no area has made it."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def navigation(scope: Scope, path: str) -> list[dict[str, Any]]:
    """What `templates/partials/sidebar.html` shows: sections the person may use, with the pages of the active one."""
    found = []
    for section in SECTIONS:
        pages = [(entry, url) for entry in section.entries if entry.predicate(scope) and (url := address(entry.url_name))]
        if pages:
            found.append((section, pages))
    here = _here([url for _section, pages in found for _entry, url in pages], path)
    shown = []
    for section, pages in found:
        items = [{"label": entry.label, "url": url, "active": url == here} for entry, url in pages]
        shown.append(
            {
                "label": section.label,
                "icon": section.icon,
                "url": pages[0][1],
                "primary": section.primary,
                "active": any(item["active"] for item in items),
                "pages": items,
                "children": items if len(items) > 1 else [],
            }
        )
    return shown


def _here(urls: list[str], path: str) -> str | None:
    """The longest of the addresses that the path lies under; a section's first page holds what has no page of its own."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    if under:
        return max(under, key=len)
    top = f"/{path.split('/')[1]}/"
    return next((url for url in urls if url.startswith(top) and top != "//"), None)
