"""The organisation of a unit: departments, positions, people, posts, division of work, seats in bodies (domain §1)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AdminRole, User
from common.verdicts import Verdict, no
from positions.models import Body, Unit
from positions.org_sheet import COLUMNS, REQUIRED, SYNONYMS, read_sheet
from positions.org_template import EXAMPLES, NOTES, WIDTHS
from positions.permissions import organisation as permissions
from positions.scopes import Scope
from positions.services import undo_org
from positions.services.import_org import import_organisation
from reporting.list_imports.fields import ListField
from reporting.list_imports.kinds.base import Kind, Made, Outcome, Progress, with_column
from reporting.list_imports.table import Lines

LABELS: dict[str, Any] = {
    "department": _("department"),
    "position": _("position"),
    "rank": _("rank"),
    "name": _("name of the person"),
    "staff_number": _("staff number"),
    "since": _("appointed on"),
    "in_charge_of": _("in charge of"),
    "department_kind": _("kind of department"),
    "duties": _("duties"),
    "body_posts": _("posts in bodies"),
}


class Organisation(Kind):
    code = "organisation"
    title = _("Organisation of the unit")
    about = _("Departments, positions, people with their posts, division of work and seats in bodies.")
    icon = "sitemap"
    main = "position"
    file_name = "组织机构导入模板"
    # A new person may have got notices that follow from the import itself; they go with the account.
    goes_along = ("notifications",)
    fields = tuple(
        ListField(code, LABELS[code], header, SYNONYMS[code], required=code in REQUIRED, width=WIDTHS.get(code, 14))
        for code, header in COLUMNS.items()
    )
    examples = EXAMPLES
    notes = NOTES

    def unit_ids(self, user: User, scope: Scope) -> frozenset[int]:
        if user.admin_role != AdminRole.SYSTEM or not user.is_active:
            return frozenset()
        return frozenset(Unit.objects.values_list("pk", flat=True))

    def keeper_ids(self, scope: Scope) -> frozenset[int]:
        return frozenset(Unit.objects.values_list("pk", flat=True)) if scope.admin_role == AdminRole.SYSTEM else frozenset()

    def may(self, user: User, unit: Unit) -> Verdict:
        # A scope is empty for who was shut out; this right does not come from one.
        return permissions.may_import(user, unit) if user.is_active else no(_("The account is shut."))

    def list_url(self, unit: Unit) -> str:
        return reverse("organisation:unit", args=[unit.pk])

    def carry_out(self, *, unit: Unit, by: User, lines: Lines, outcome: Outcome, progress: Progress) -> None:
        progress(0, lines.height)
        for _row in lines:  # to know which lines hold nobody
            pass
        sheet = read_sheet(lines.sheet, lines.first_row - 2, lines.columns, {line.row - 1 for line in lines.skipped})
        report = import_organisation(unit=unit, sheet=sheet, by=by, on=timezone.localdate(), dry_run=False)
        outcome.rows, outcome.unchanged = len(sheet.rows), report.unchanged
        bodies = sum(isinstance(made.obj, Body) for made in report.made)
        outcome.counts = {kind: number for kind, number in [*report.created.items(), ("bodies", bodies)] if number}
        for fault in report.faults:
            outcome.findings.add(with_column(fault, lines.columns))
        outcome.made = [Made(made.row, made.obj, made.before) for made in report.made]

    def stages(self, made: Sequence[Any]) -> Iterator[list[Any]]:
        posts = {model._meta.label_lower for model in undo_org.POSTS}
        backwards = list(reversed(made))
        # Departments are made before all rows and bodies among them, so the places go in the order of what hangs on what.
        order = ["accounts.user", "positions.position", "positions.body", "positions.department"]
        yield [one for one in backwards if one.model in posts and one.model == "positions.divisionofwork"]
        yield [one for one in backwards if one.model in posts and one.model != "positions.divisionofwork"]
        yield sorted((one for one in backwards if one.model not in posts), key=lambda one: order.index(one.model))

    def remove(self, *, unit: Unit, objects: Sequence[tuple[models.Model, Mapping[str, Any]]], by: User, reason: str) -> None:
        undo_org.take_back(unit=unit, objects=objects, by=by, reason=reason)
