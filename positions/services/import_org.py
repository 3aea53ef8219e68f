"""Setting up a unit's organisation from the rows of a sheet: dry run first, then all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import create_account
from audit.services import record
from common.errors import DomainError
from common.xlsx.faults import Fault
from positions.models import (
    LEADERSHIP_RANKS,
    Appointment,
    Body,
    BodyKind,
    BodyMembership,
    BodyRole,
    Department,
    DivisionOfWork,
    Position,
    Unit,
)
from positions.org_sheet import OrgRow, OrgSheet
from positions.permissions.organisation import may_import
from positions.services import appointments, bodies, structure
from positions.services.announce import held

# 党内/机构职务 in words: which body, and as what. Longer words first, so that 纪委书记 is not read as a party post.
_BODIES = [
    ("领导小组办公室", BodyKind.LEADING_GROUP_OFFICE),
    ("领导小组", BodyKind.LEADING_GROUP),
    ("纪检监察组", BodyKind.DISCIPLINE_COMMITTEE),
    ("纪检组", BodyKind.DISCIPLINE_COMMITTEE),
    ("纪委", BodyKind.DISCIPLINE_COMMITTEE),
    ("党支部", BodyKind.PARTY_BRANCH),
    ("党委", BodyKind.PARTY_COMMITTEE),
    ("党组", BodyKind.PARTY_COMMITTEE),
    ("法制", BodyKind.LEGAL_OFFICE),
    ("政工", BodyKind.PERSONNEL_OFFICE),
    ("组织人事", BodyKind.PERSONNEL_OFFICE),
]
_BRANCH_ROLES = [("副书记", BodyRole.DEPUTY), ("书记", BodyRole.SECRETARY)]
_ROLES = [("副", BodyRole.DEPUTY), ("书记", BodyRole.HEAD), ("组长", BodyRole.HEAD), ("主任", BodyRole.HEAD)]


_KINDS = ("people", "departments", "positions", "appointments", "divisions", "memberships")


@dataclass(frozen=True, slots=True)
class Made:
    """What a row made; or what was there and came to its end because of it, with its former values."""

    row: int
    obj: Model
    before: dict[str, Any] = field(default_factory=dict)


@dataclass
class ImportReport:
    """What an import does or would do. `faults` that are errors forbid it. `made` is in the order of making, for its undoing."""

    created: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_KINDS, 0))
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether it may be carried out."""
        return all(f.severity != "error" for f in self.faults)

    def as_dict(self) -> dict[str, Any]:
        """For JSON and templates."""
        return {"ok": self.ok, "created": self.created, "unchanged": self.unchanged, "faults": [f.as_dict() for f in self.faults]}


class _DryRun(Exception):
    """Ends the transaction of a dry run."""


def import_organisation(*, unit: Unit, sheet: OrgSheet, by: User | None, on: date, dry_run: bool) -> ImportReport:
    """Bring the sheet into the unit. What is there already stays; nothing is removed.

    With `dry_run`, or when any row has an error, nothing is changed. Raises NotAllowed.
    """
    if by:
        may_import(by, unit).require()
    run = _Run(unit, by, on, sheet)
    try:
        with transaction.atomic(), held(by=by, reason=_("import of the organisation")):
            run.carry_out()
            if dry_run or not run.report.ok:
                raise _DryRun
            record("organisation.imported", by=by, obj=unit, unit_id=unit.pk, detail=dict(run.report.created))
    except _DryRun:
        pass
    return run.report


class _Run:
    def __init__(self, unit: Unit, by: User | None, on: date, sheet: OrgSheet) -> None:
        self.unit, self.by, self.on, self.sheet = unit, by, on, sheet
        self.report = ImportReport(faults=list(sheet.faults))
        self.departments = {d.name: d for d in Department.objects.filter(unit=unit)}
        self.leaders: list[tuple[OrgRow, Appointment]] = []

    def carry_out(self) -> None:
        # A row the sheet itself faults is not tried: its one fault is enough to correct it.
        faulty = {f.row for f in self.sheet.faults if f.severity == "error"}
        rows: Sequence[OrgRow] = [r for r in self.sheet.rows if r.row_number not in faulty]
        for order, row in enumerate(rows):
            if row.rank not in LEADERSHIP_RANKS and row.department not in self.departments:
                kind = row.department_kind or "office"
                self.departments[row.department] = structure.create_department(
                    unit=self.unit, by=self.by, name=row.department, kind=kind, order=order
                )
                self._made("departments", row, self.departments[row.department])
        for order, row in enumerate(rows):
            # A savepoint for each row: one refused row does not hide the faults of the next.
            try:
                with transaction.atomic():
                    self._row(row, order)
            except DomainError as error:
                self.report.faults.append(Fault(row.row_number, "", "position", "refused", str(error), row.name))
        for row, appointment in self.leaders:
            self._divisions(row, appointment)

    def _made(self, kind: str, row: OrgRow, obj: Model) -> None:
        if kind in self.report.created:
            self.report.created[kind] += 1
        self.report.made.append(Made(row.row_number, obj))

    def _row(self, row: OrgRow, order: int) -> None:
        position = self._position(row, order)
        if row.vacant:
            return
        person = self._person(row)
        appointment = Appointment.objects.filter(person=person, position=position, ends_on=None).first()
        if appointment is None:
            main = not Appointment.objects.filter(person=person, ends_on=None).exists()
            appointment = appointments.appoint(person=person, position=position, by=self.by, starts_on=row.since or self.on, is_main=main)
            self._made("appointments", row, appointment)
        else:
            self.report.unchanged += 1
        if row.in_charge_of:
            self.leaders.append((row, appointment))
        for words in row.body_posts:
            self._membership(row, person, words)

    def _position(self, row: OrgRow, order: int) -> Position:
        department = None if row.rank in LEADERSHIP_RANKS else self.departments[row.department]
        if department is not None and department.closed_on is not None:
            raise DomainError(_("The department “%(name)s” is closed. Write another one.") % {"name": department.name})
        found = Position.objects.filter(unit=self.unit, department=department, name=row.position, closed_on=None).first()
        if found and found.rank != row.rank:
            raise DomainError(
                _("The position “%(name)s” is “%(rank)s” in the product. Correct the sheet or the position.")
                % {"name": found.name, "rank": found.get_rank_display()}
            )
        if found is None:
            found = structure.create_position(
                unit=self.unit, by=self.by, name=row.position, rank=row.rank, department=department, duties=row.duties, order=order
            )
            self._made("positions", row, found)
        return found

    def _person(self, row: OrgRow) -> User:
        person = User.objects.filter(staff_number=row.staff_number).first()
        if person is None:
            person = create_account(by=self.by, staff_number=row.staff_number, name=row.name)
            self._made("people", row, person)
        elif person.name != row.name:
            raise DomainError(
                _("The staff number %(number)s belongs to %(name)s. Correct the sheet.") % {"number": row.staff_number, "name": person.name}
            )
        return person

    def _divisions(self, row: OrgRow, appointment: Appointment) -> None:
        for name in row.in_charge_of:
            department = self.departments.get(name)
            if department is None:
                continue  # told as a fault of the sheet
            present = DivisionOfWork.objects.in_force(self.on).filter(department=department).first()
            if present and present.appointment_id == appointment.pk:
                continue
            try:
                with transaction.atomic():
                    made = appointments.put_in_charge(
                        appointment=appointment, department=department, by=self.by, starts_on=self.on if present else appointment.starts_on
                    )
                if present:
                    until = present.ends_on.isoformat() if present.ends_on else None
                    present.refresh_from_db()
                    self.report.made.append(Made(row.row_number, present, {"ends_on": until}))
                self._made("divisions", row, made)
            except DomainError as error:
                self.report.faults.append(Fault(row.row_number, "", "in_charge_of", "refused", str(error), name))

    def _membership(self, row: OrgRow, person: User, words: str) -> None:
        kind = next((kind for word, kind in _BODIES if word in words), None)
        if kind is None:
            message = _("Not known. Write a body and a post, such as 党委委员, 纪委书记 or 领导小组成员.")
            self.report.faults.append(Fault(row.row_number, "", "body_posts", "unknown_body", message, words))
            return
        roles = _BRANCH_ROLES if kind == BodyKind.PARTY_BRANCH else _ROLES
        role = next((role for word, role in roles if word in words), BodyRole.MEMBER)
        body = Body.objects.filter(unit=self.unit, kind=kind, closed_on=None).order_by("pk").first()
        if body is None:
            body = bodies.create_body(unit=self.unit, by=self.by, kind=kind, name=str(BodyKind(kind).label))
            self._made("bodies", row, body)
        present = BodyMembership.objects.filter(body=body, person=person, ends_on=None).first()
        if present is not None and present.role != role:
            message = _("Sits there already as “%(role)s”. An import changes nothing that is there: change it on the page of the body.")
            told = message % {"role": present.get_role_display()}
            self.report.faults.append(Fault(row.row_number, "", "body_posts", "exists", told, words, "hint"))
        elif present is None:
            member = appointments.add_member(body=body, person=person, by=self.by, role=role, starts_on=row.since or self.on)
            self._made("memberships", row, member)
