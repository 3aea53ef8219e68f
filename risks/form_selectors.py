"""Reads behind the pages of a form: its powers and their steps, its hints, and what the person has to fill in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from common import prepared
from common.addresses import address
from common.prepared import Given, one_of
from common.prepared_objects import Objects, keep
from positions.models import Catalogue, FlowLink, FlowStep, HolderLevel, PowerItem, StepKind
from positions.scopes import scope_of
from risks.hints import EntryFacts, Hint, HintContext, hints_for, other
from risks.models import (
    CampaignPhase,
    Decision,
    Declaration,
    EntryChange,
    Examination,
    Opinion,
    ReviewStep,
    RiskEntry,
    RiskPoint,
    Signature,
    StepKindReview,
)
from risks.services.review_facts import plan_steps
from risks.states import CampaignState, FormState

_NAMED = ("campaign", "department", "position", "unit", "declarant", "scheme__scale")
_form = Objects(lambda: Declaration.objects.filter(pk=Given("form")).select_related(*_NAMED))
_published = Objects(lambda: Catalogue.objects.filter(unit_id=Given("unit")).published()[:1])
_unfinished = Objects(lambda: Catalogue.objects.filter(unit_id=Given("unit")).unfinished()[:1])
_phases = Objects(lambda: CampaignPhase.objects.filter(campaign=Given("campaign")))
_opinions = Objects(lambda: Opinion.objects.filter(declaration=Given("form")).order_by("id"))
_signatures = Objects(lambda: Signature.objects.filter(declaration=Given("form")).order_by("id"))
_steps = Objects(lambda: ReviewStep.objects.filter(declaration=Given("form")).select_related("reviewer", "decided_by").order_by("order"))
# With how many risks of others one is compared at most.
MOST_OTHERS = 300


def my_forms(user: User) -> QuerySet[Declaration]:
    """The person's own forms and, for the leadership, the unit's; the ones to do first, cancelled ones left out."""
    return (
        Declaration.objects.visible_to(user)
        .filter(Q(declarant=user) | Q(kind=HolderLevel.UNIT))
        .exclude(state=FormState.CANCELLED)
        .select_related("campaign", "department", "position", "unit", "declarant")
        .prefetch_related("review_steps__reviewer", "campaign__phases")
        .order_by("-campaign__year", "-id")
    )


def form_page(user: User) -> QuerySet[Declaration]:
    """Forms the person may see with what every page of a form shows."""
    return Declaration.objects.visible_to(user).select_related(*_NAMED)


def form_for(user: User, pk: int) -> Declaration | None:
    """One of them. Two queries, or three for a form of a campaign."""

    def seen() -> Any:
        return Declaration.objects.visible_to(user).filter(pk=Given("form")).values_list("pk")

    if not prepared.rows("risks.seen_form", scope_of(user).key, seen, form=pk):
        return None
    found = next(iter(_form(form=pk)), None)
    if found is not None and found.campaign is not None:
        keep(found.campaign, "phases", _phases(campaign=found.campaign_id))
    return found


def said_of(declaration: Declaration) -> None:
    """Put opinions, signatures and steps of the review on the form, in their order, so that nothing more is asked. Three queries."""
    for name, found in (("opinions", _opinions), ("signatures", _signatures), ("review_steps", _steps)):
        keep(declaration, name, found(form=declaration.pk))


def is_active(declaration: Declaration) -> bool:
    """Whether the form still asks something of somebody."""
    if declaration.state in (FormState.GRADED, FormState.CANCELLED):
        return False
    return declaration.campaign is None or declaration.campaign.state == CampaignState.RUNNING


def current_catalogue(unit_id: int) -> Catalogue | None:
    """The version in force, else the one being compiled (the phases of a campaign overlap)."""
    return next(iter(_published(unit=unit_id) or _unfinished(unit=unit_id)), None)


def items_for(declaration: Declaration, user: User) -> QuerySet[PowerItem]:
    """The powers the form is about: those of the position and of steps in its hands, then its department's; for the unit its own and
    all major matters."""
    catalogue = current_catalogue(declaration.unit_id)
    items = PowerItem.objects.visible_to(user).filter(catalogue=catalogue) if catalogue else PowerItem.objects.none()
    if declaration.kind == HolderLevel.UNIT:
        return items.filter(Q(level=HolderLevel.UNIT) | ~Q(major_matter="")).order_by("number", "id")
    steps = FlowStep.objects.filter(item__catalogue=catalogue)
    if declaration.kind == HolderLevel.POSITION:
        mine = steps.filter(position=declaration.position)
        condition = Q(position_id=declaration.position_id) | Q(pk__in=mine.values("item_id"))
        if declaration.department_id:
            condition |= Q(department_id=declaration.department_id, level=HolderLevel.DEPARTMENT)
        else:  # leaders act in the unit's powers and in those of others, where steps name them in words
            condition |= Q(level=HolderLevel.UNIT)
    else:
        of_department = Q(department_id=declaration.department_id) | Q(position__department_id=declaration.department_id)
        condition = of_department | Q(pk__in=steps.filter(of_department).values("item_id"))
    return items.filter(condition).order_by("number", "id")


@dataclass(slots=True)
class StepView:
    """A step as the form shows it: whose it is, what was found on it, or why nothing was."""

    step: FlowStep
    mine: bool
    entries: list[RiskEntry] = field(default_factory=list)
    examination: Examination | None = None

    @property
    def done(self) -> bool:
        """Whether somebody looked at it for this form."""
        return bool(self.entries or self.examination)

    @property
    def asked(self) -> bool:
        """Whether the form is expected to say something about it."""
        return self.mine and self.step.kind != StepKind.END


@dataclass(slots=True)
class ItemView:
    """A power with its steps, and how far it has been examined."""

    item: PowerItem
    steps: list[StepView]
    entries: list[RiskEntry]
    examination: Examination | None

    @property
    def asked(self) -> list[StepView]:
        """The steps the form is expected to examine."""
        return [step for step in self.steps if step.asked]

    @property
    def done(self) -> int:
        """How many of them are examined."""
        return len(self.asked) if self.examination else sum(step.done for step in self.asked)

    @property
    def complete(self) -> bool:
        """Whether nothing is left."""
        return bool(self.examination) or (self.done == len(self.asked) and bool(self.entries or self.asked))


def item_views(declaration: Declaration, items: Iterable[PowerItem], entries: Sequence[RiskEntry]) -> list[ItemView]:
    """The powers with their steps, the form's risks on them and the answers “none found”. Three queries whatever their number."""
    rows = list(items)
    steps = FlowStep.objects.filter(item__in=rows).select_related("position", "department").order_by("order", "id")
    by_item: dict[int, list[FlowStep]] = {}
    for step in steps:
        by_item.setdefault(step.item_id, []).append(step)
    examined: dict[tuple[int, int | None], Examination] = {}
    if declaration.campaign_id:
        found = Examination.objects.filter(campaign_id=declaration.campaign_id, power_item__in=rows).select_related("by")
        examined = {(one.power_item_id, one.flow_step_id): one for one in found}
    views = []
    for item in rows:
        here = [entry for entry in entries if entry.power_item_id == item.pk and entry.change != EntryChange.RETIRE]
        views.append(
            ItemView(
                item,
                [
                    StepView(
                        step,
                        is_mine(declaration, item, step),
                        [entry for entry in here if entry.flow_step_id == step.pk],
                        examined.get((item.pk, step.pk)),
                    )
                    for step in by_item.get(item.pk, [])
                ],
                here,
                examined.get((item.pk, None)),
            )
        )
    return views


def is_mine(declaration: Declaration, item: PowerItem, step: FlowStep) -> bool:
    """Whether the holder of the form acts at the step."""
    if declaration.kind == HolderLevel.POSITION:
        if step.position_id:
            return step.position_id == declaration.position_id
        if step.department_id or step.role:
            return False
        return item.position_id == declaration.position_id
    if declaration.kind == HolderLevel.DEPARTMENT:
        if step.position_id or step.department_id:
            of_step = step.department_id or (step.position.department_id if step.position else None)
            return of_step == declaration.department_id
        return item.department_id == declaration.department_id
    return True


def drawing(declaration: Declaration, view: ItemView) -> dict[str, Any]:
    """The flowchart of a power for the drawing component, with the form's own risks hung on the steps."""
    numbers = {entry.pk: n for n, entry in enumerate((e for s in view.steps for e in s.entries), 1)}
    steps = []
    for one in view.steps:
        risks = [
            {
                "id": entry.pk,
                "number": str(numbers[entry.pk]),
                "title": entry.title or "…",
                "url": address("risks:entry", declaration.pk, entry.pk),
                "level": level_facts(entry.self_level or entry.computed_level),
            }
            for entry in one.entries
        ]
        steps.append(
            {
                "key": str(one.step.pk),
                "kind": one.step.kind,
                "name": one.step.name,
                "holder": one.step.holder,
                "days": one.step.days,
                "documents": one.step.documents,
                "mode": one.step.mode,
                "warnings": [],
                "risks": risks,
            }
        )
    links = FlowLink.objects.filter(item=view.item).values_list("source_id", "target_id", "condition")
    return {
        "title": str(view.item),
        "steps": steps,
        "links": [{"source": str(source), "target": str(target), "condition": condition} for source, target, condition in links],
    }


def level_facts(level: Any) -> dict[str, Any] | None:
    """A level as the drawing needs it."""
    return {"label": level.label, "colour": level.colour, "severity": level.severity} if level else None


# ---- hints -----------------------------------------------------------------------------------------------------------
def facts_of(entry: RiskEntry, measures: Sequence[str] | None = None) -> EntryFacts:
    """What hints need to know of a risk; `measures` when they are not those of the database."""
    texts = measures if measures is not None else [measure.text for measure in entry.measures.all()]
    return EntryFacts(
        title=entry.title,
        content=entry.content,
        manifestation=entry.manifestation,
        has_power=bool(entry.power_item_id),
        has_step=bool(entry.flow_step_id),
        measures=tuple(texts),
        unchanged=entry.change == EntryChange.KEEP,
    )


def hint_context(declaration: Declaration, viewer: User | None = None) -> HintContext:
    """The signed risks of other people in the same department (for forms of the unit: in the unit), newest first, at most 300: one query.

    The declarant may not see colleagues' forms and is told only that there is one like it; a `viewer` who may see them reads whose.
    """
    others = RiskEntry.objects.filter(unit_id=declaration.unit_id, level_of=declaration.kind).exclude(
        declaration__declarant_id=declaration.declarant_id
    )
    if declaration.department_id:
        others = others.filter(declaration__department_id=declaration.department_id)
    others = others.filter(declaration__signed_at__isnull=False).exclude(declaration__state=FormState.CANCELLED).exclude(content="")
    if viewer is not None:
        others = others.filter(declaration__in=Declaration.objects.visible_to(viewer).values("pk"))
    rows = others.order_by("-id").values_list("title", "content", "declaration__declarant__name")[:MOST_OTHERS]
    hidden = _("a colleague's entry")
    return HintContext(tuple(other(content, f"{name} · {title}" if viewer else hidden) for title, content, name in rows))


def hints_by_entry(declaration: Declaration, entries: Iterable[RiskEntry], viewer: User | None = None) -> dict[int, list[Hint]]:
    """The hints of every risk of a form by its id; the form's own page and the reviewer's (with `viewer`) show the same."""
    context = hint_context(declaration, viewer)
    return {entry.pk: [] if entry.change == EntryChange.RETIRE else hints_for(facts_of(entry), context) for entry in entries}


# ---- the way of a form -----------------------------------------------------------------------------------------------
def readers(declaration: Declaration) -> list[dict[str, str]]:
    """Who will read the form once it is signed, in order: the step and the person (or body). A returned form starts at the step that
    returned it."""
    planned = plan_steps(declaration)
    keys = sorted({step.reviewer for step in planned if step.reviewer})
    names = dict(prepared.rows("risks.readers", "", _named, keys=keys)) if keys else {}
    resumed = declaration.resume_order is not None
    decided = list(declaration.review_steps.filter(decision="agreed").values_list("kind", "reviewer_id")) if resumed else []
    rows = []
    for step in planned:
        if (step.kind, step.reviewer) in decided:
            continue
        rows.append({"label": str(StepKindReview(step.kind).label), "name": names.get(step.reviewer or 0, "")})
    return rows


def _named() -> Any:
    return User.objects.filter(one_of("pk", "keys")).values_list("pk", "name")


def paper_rows(declaration: Declaration) -> list[dict[str, Any]]:
    """The boxes for opinions under the paper form (domain §11): label and the last opinion given, empty while there is none."""
    labels = {
        StepKindReview.RATE: _("Rating by the person in charge of the department"),
        StepKindReview.REVIEW: _("Review by the leader in charge"),
        StepKindReview.HEAD: _("Review by the principal leader"),
        StepKindReview.DISCIPLINE: _("Opinion of the head of the discipline committee"),
        StepKindReview.GROUP: _("Assessment by the leading group (level)"),
        StepKindReview.HIGHER: _("Opinion of the higher discipline committee (if needed)"),
    }
    kinds = [step.kind for step in declaration.review_steps.order_by("order")] or [step.kind for step in plan_steps(declaration)]
    if declaration.kind == HolderLevel.UNIT and StepKindReview.HIGHER not in kinds:
        kinds.append(StepKindReview.HIGHER)
    said = {opinion.kind: opinion for opinion in declaration.opinions.order_by("id") if opinion.decision == Decision.AGREED}
    return [{"label": labels[StepKindReview(kind)], "opinion": said.get(kind)} for kind in kinds]


def adjustable_points(user: User) -> QuerySet[RiskPoint]:
    """Points of the register that the person may put into an adjustment: of the posts held, the departments and units led."""
    scope = scope_of(user)
    return (
        RiskPoint.objects.visible_to(user)
        .registered()
        .filter(
            Q(level_of=HolderLevel.POSITION, position_id__in=scope.position_ids)
            | Q(level_of=HolderLevel.DEPARTMENT, department_id__in=scope.led_department_ids)
            | Q(level_of=HolderLevel.UNIT, unit_id__in=scope.headed_unit_ids)
        )
        .select_related("current_level")
        .order_by("number")
    )
