"""Opening the drafts of a campaign in batches: who owes a form, and who no longer does (domain §3, the three forms)."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from audit.services import record
from notifications.services import notify
from positions.models import Appointment, Department, HolderLevel, Rank
from risks.models import Campaign, Declaration
from risks.permissions.forms import EDITABLE
from risks.services.trace import copy_history
from risks.states import FORM_TABLE

BATCH = 1000
Key = tuple[str, int, int | None, int | None]  # kind, declarant, department, position


@dataclass(slots=True)
class Opened:
    """How many forms were opened, and which departments have no head to open one for."""

    forms: dict[str, int] = field(default_factory=dict)
    headless: list[str] = field(default_factory=list)
    without_unit_head: bool = False

    @property
    def total(self) -> int:
        """All forms opened."""
        return sum(self.forms.values())

    def counts(self) -> dict[str, object]:
        """For the audit row."""
        return {"forms": self.forms, "headless": self.headless, "without_unit_head": self.without_unit_head}


def owed(campaign: Campaign) -> tuple[dict[Key, Declaration], Opened]:
    """Every form the campaign asks for today, unsaved, by its key: one for each appointment in force, each open department with a head,
    and the unit. Three queries whatever the size."""
    rows: dict[Key, Declaration] = {}
    found = Opened()
    unit = campaign.unit
    heads: dict[int, int] = {}
    unit_head: int | None = None
    members: dict[int | None, list[str]] = {}
    held = Appointment.objects.in_force().filter(position__unit_id=unit.pk, position__closed_on=None).order_by("position__order", "id")
    for person_id, name, position_id, department_id, rank, duties in held.values_list(
        "person_id", "person__name", "position_id", "position__department_id", "position__rank", "position__duties"
    ):
        names = members.setdefault(department_id, [])
        if name not in names:
            names.append(name)
        if rank == Rank.DEPARTMENT_HEAD:
            heads.setdefault(department_id, person_id)
        elif rank == Rank.UNIT_HEAD:
            unit_head = unit_head or person_id
        _add(rows, campaign, HolderLevel.POSITION, person_id, department_id, position_id, duties)
    for department in Department.objects.open().filter(unit=unit):
        head = heads.get(department.pk)
        if head is None:
            found.headless.append(department.name)
            continue
        row = _add(rows, campaign, HolderLevel.DEPARTMENT, head, department.pk, None, department.duties)
        row.participants = "、".join(members.get(department.pk, ()))
    if unit_head is None:
        found.without_unit_head = True
    else:
        row = _add(rows, campaign, HolderLevel.UNIT, unit_head, None, None, unit.duties)
        row.participants = "、".join(members.get(None, ()))
    return rows, found


def _add(
    rows: dict[Key, Declaration],
    campaign: Campaign,
    kind: str,
    declarant_id: int,
    department_id: int | None,
    position_id: int | None,
    duties: str,
) -> Declaration:
    texts = {
        HolderLevel.POSITION: campaign.commitment_position,
        HolderLevel.DEPARTMENT: campaign.commitment_department,
        HolderLevel.UNIT: campaign.commitment_unit,
    }
    row = Declaration(
        unit_id=campaign.unit_id,
        campaign=campaign,
        scheme_id=campaign.scheme_id,
        kind=kind,
        declarant_id=declarant_id,
        department_id=department_id,
        position_id=position_id,
        duties=duties,
        commitment=texts[HolderLevel(kind)],
    )
    return rows.setdefault((kind, declarant_id, department_id, position_id), row)


def open_forms(*, campaign: Campaign, by: User | None) -> Opened:
    """Open what is owed and not there yet. Call with the campaign's row locked; that is what keeps two calls from opening a form twice."""
    rows, opened = owed(campaign)
    there = set(campaign.declarations.active().values_list("kind", "declarant_id", "department_id", "position_id"))
    missing = [row for key, row in rows.items() if key not in there]
    if not missing:
        return opened
    made = Declaration.objects.bulk_create(missing, batch_size=BATCH)
    copy_history(Declaration, [row.pk for row in made], by=by, kind="+")
    for row in missing:
        opened.forms[row.kind] = opened.forms.get(row.kind, 0) + 1
    people = User.objects.filter(pk__in={row.declarant_id for row in missing})
    tell(people, campaign, by)
    return opened


def tell(people: Iterable[User], campaign: Campaign, by: User | None) -> None:
    """One notice for each person, however many forms they got."""
    phase = campaign.phases.filter(kind="finding").first()
    notify(
        people,
        kind="form.opened",
        text=_("“%(campaign)s” has begun: please fill in your risk form by %(date)s.")
        % {"campaign": campaign.title, "date": phase.due_on if phase else ""},
        url=reverse("risks:forms"),
    )


def cancel_ended(*, campaign: Campaign, by: User | None) -> int:
    """Cancel drafts and returned forms of people who no longer hold what the form is for; returns how many. Forms under review stay:
    they were signed by who held the post."""
    held = Appointment.objects.in_force().filter(person_id=OuterRef("declarant_id"))
    writing = campaign.declarations.filter(state__in=EDITABLE).select_for_update(of=("self",))
    ended = [
        *writing.filter(~Exists(held.filter(position_id=OuterRef("position_id"))), kind=HolderLevel.POSITION),
        *writing.filter(
            ~Exists(held.filter(position__department_id=OuterRef("department_id"), position__rank=Rank.DEPARTMENT_HEAD)),
            kind=HolderLevel.DEPARTMENT,
        ),
        *writing.filter(~Exists(held.filter(position__unit_id=OuterRef("unit_id"), position__rank=Rank.UNIT_HEAD)), kind=HolderLevel.UNIT),
    ]
    for declaration in ended:
        transition = FORM_TABLE.move(declaration, "cancel")
        declaration.save()
        record(transition.audit, by=by, obj=declaration, reason=_("The appointment has ended."))
    return len(ended)
