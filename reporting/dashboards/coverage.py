"""What the campaign has covered: forms handed in, and what nobody has looked at yet (domain §3: 不留死角)."""

from typing import Any

from django.utils.translation import gettext as _

from positions.models import Catalogue
from reporting.dashboards import rows
from reporting.dashboards.counting import Counts, as_it_was, grouped
from reporting.dashboards.links import rows_url
from reporting.dashboards.pictures import Figure, Section
from reporting.dashboards.selection import Selection
from risks.coverage import Coverage, Figures, Spot, examine
from risks.models import Campaign, Declaration, EntryChange, Examination, RiskEntry
from risks.services import coverage as today


def forms(selection: Selection) -> Counts:
    """(department, handed in or not) → forms: one statement."""
    (found,) = grouped(selection, rows.forms, ("department_id", "handed_in"))
    return found


def _places(selection: Selection, campaign: Campaign) -> tuple[bool, frozenset[int] | None]:
    """Whether the reader may see any gaps, and of which departments; None: of the whole unit."""
    scope = selection.scope
    places: frozenset[int] | None = None if selection.whole(campaign.unit_id) else scope.reviewed_department_ids
    if selection.department_id is not None:
        wanted = frozenset({selection.department_id})
        places = wanted if places is None else wanted & places
    return places is None or bool(places), places


def of_campaign(selection: Selection, campaign: Campaign) -> Coverage | None:
    """The gaps the reader may see: of the whole unit, or of the departments led or in charge of; None where there are none of these."""
    any_seen, places = _places(selection, campaign)
    if not any_seen:
        return None
    return _then(selection, campaign, places) if selection.is_past else today.coverage_of(campaign, places)


def figures(selection: Selection, campaign: Campaign) -> Figures | None:
    """How many they are."""
    any_seen, places = _places(selection, campaign)
    if not any_seen:
        return None
    return _then(selection, campaign, places).figures if selection.is_past else today.figures_of(campaign, places)


def _then(selection: Selection, campaign: Campaign, places: frozenset[int] | None) -> Coverage:
    """The same from the history. Rights are decided before: these rows are only counted against each other."""
    forms_then = as_it_was(Declaration.objects.filter(campaign=campaign), selection).exclude(state__in=today.SILENT)
    declared = set(forms_then.filter(kind="position").values_list("position_id", "declarant_id"))
    entries = as_it_was(RiskEntry.objects.filter(declaration__campaign=campaign), selection).filter(
        declaration_id__in=forms_then.values("id")
    )
    risks = entries.exclude(change=EntryChange.RETIRE).values_list("power_item_id", "flow_step_id", "major_matter").distinct()
    examined = as_it_was(Examination.objects.filter(campaign=campaign), selection).values_list("power_item_id", "flow_step_id")
    return examine(
        today.posts(selection.day, campaign, declared, places),
        today.items(_catalogue(selection, campaign.unit_id), places),
        [Spot(item, step, matter) for item, step, matter in risks],
        [Spot(item, step) for item, step in examined],
    )


def _catalogue(selection: Selection, unit_id: int) -> Catalogue | None:
    """The version that was in force on the day, else the one then being compiled."""
    versions = Catalogue.objects.filter(unit_id=unit_id)
    published = versions.fixed().filter(published_at__lt=selection.until).order_by("-published_at").first()
    return published or versions.filter(created_at__lt=selection.until).order_by("-number").first()


GAPS = ("posts", "items", "steps", "matters")


def gaps(found: Coverage, kind: str) -> list[Any]:
    """The list behind a number of gaps. Steps are told one by one, with the item they belong to."""
    if kind == "steps":
        return [(gap.item, step) for gap in found.steps for step in gap.steps]
    return list({"posts": found.posts, "items": found.items, "matters": found.matters}[kind])


def section(selection: Selection, counts: Counts, campaigns: list[Campaign]) -> Section:
    """Forms of all units shown; gaps where one unit is looked at."""
    handed = sum(n for (_place, state), n in counts.items() if state == rows.HANDED_IN)
    total = sum(counts.values())
    hint = _("%(done)d of %(all)d handed in") % {"done": handed, "all": total}
    shown = [
        Figure(_("Forms handed in"), handed, rows_url(selection, "forms", handed_in=rows.HANDED_IN) if handed else "", hint),
        Figure(
            _("Forms outstanding"),
            total - handed,
            rows_url(selection, "forms", handed_in=rows.OUTSTANDING) if total - handed else "",
            tone="warning" if total - handed else "success" if total else "",
        ),
    ]
    campaign = next((one for one in campaigns if one.unit_id == selection.sole_unit_id), None)
    found = figures(selection, campaign) if campaign else None
    if found is not None:
        labels = {
            "posts": (_("Positions without a form"), found.posts, found.posts_total),
            "items": (_("Power items not examined"), found.items, found.items_total),
            "steps": (_("Flow steps not examined"), found.steps, found.steps_total),
            "matters": (_("Major matters without a risk point"), found.matters, found.matters_total),
        }
        for kind, (label, n, whole) in labels.items():
            # Categories of major matters are those of the unit: to a department they say nothing.
            if kind == "matters" and (not selection.whole(campaign.unit_id) or selection.department_id):  # type: ignore[union-attr]
                continue
            url = selection.address("dashboard_rows", kind) if n else ""
            shown.append(Figure(label, n, url, _("of %(n)d") % {"n": whole}, "warning" if n else "success"))
    title = campaign.title if campaign else _("Finding risks")
    note = "" if campaigns else _("No campaign had been started by this day.")
    return Section("coverage", title, tuple(shown) if campaigns else (), note=note)
