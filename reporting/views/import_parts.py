"""What the pages of an import show."""

from typing import Any

from django.core.paginator import Paginator
from django.forms import BoundField
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs.states import JobState
from reporting.exports import field_label
from reporting.forms.imports import MappingForm
from reporting.models import RegisterImport
from reporting.permissions import may_work_on
from reporting.registers import SHEET_COLUMN, Field, letter_of
from reporting.services.imports import problems_of
from reporting.services.levels import UnitLevels
from reporting.services.wording import kind
from reporting.states import ImportState
from risks.models import RiskPoint

FINDINGS_PAGE = 50
CERTAIN = 0.9  # below this a proposed column is marked to be checked
NAMES_SHOWN = 30


def row(found: RegisterImport) -> dict[str, Any]:
    """One line of the list."""
    return {"import": found, "busy": found.busy, "report": found.report}


def path_to(stage: int) -> list[dict[str, str]]:
    """The way of an import, at this stage from 0."""
    labels = (_("Choose the file"), _("Assign the columns"), _("Dry run"), _("Import"))
    return [
        {"label": label, "state": "done" if number < stage else "current" if number == stage else "todo"}
        for number, label in enumerate(labels)
    ]


def _action(found: RegisterImport, name: str, label: str, request: HttpRequest, **more: Any) -> dict[str, Any]:
    verdict = may_work_on(request.user, found)
    return {
        "label": label,
        "url": reverse(f"reporting:import_{name}", args=[found.pk]),
        "allowed": verdict.allowed,
        "reason": verdict.reason,
        "fields": {"version": found.version},
        **more,
    }


def _discard(found: RegisterImport, request: HttpRequest) -> dict[str, Any]:
    return _action(
        found,
        "discard",
        _("Discard"),
        request,
        confirm=_("“%(file)s” is given up. Nothing of it was imported.") % {"file": found.file.name},
    )


def working(found: RegisterImport) -> dict[str, Any]:
    """A job is at it."""
    job = found.job
    assert job is not None
    stage = {"register_analyse": 0, "register_check": 2, "register_import": 3}.get(job.kind, 3)
    stop = {
        "label": _("Stop"),
        "url": reverse("jobs:cancel", args=[job.pk]),
        "allowed": not job.cancel_asked,
        "reason": _("It stops at its next step."),
        "confirm": _("“%(title)s” will be stopped. Nothing of it is kept.") % {"title": job.title},
    }
    return {"import": found, "job": job, "path": path_to(stage), "steps": [stop]}


def unreadable(request: HttpRequest, found: RegisterImport) -> dict[str, Any]:
    """The first look at a large file failed."""
    text = found.job.message if found.job and found.job.message else _("The file was not read to its end.")
    return {"import": found, "text": text, "steps": [_discard(found, request)] if found.state == ImportState.UPLOADED else []}


def mapping(request: HttpRequest, found: RegisterImport, form: MappingForm, *, saved: bool, tried: bool) -> dict[str, Any]:
    """Columns and level texts with what is chosen for them."""
    levels = UnitLevels(found.unit).by_severity
    verdict = may_work_on(request.user, found)
    return {
        "import": found,
        "sheets": sheets_of(found),
        "several_sheets": bool(found.layout.get("further")),
        "form": form,
        "columns": [_column(found, form, column) for column in found.layout["columns"]],
        "texts": [_level_text(found, form, number, text, levels) for number, text in enumerate(found.layout["level_texts"])],
        "problems": problems_of(found),
        "needs": _needs(found),
        "tried": tried,
        "saved_at": timezone.localtime().strftime("%H:%M") if saved else "",
        "path": path_to(1),
        "steps": [_discard(found, request)],
        "may": verdict,
        "failed_job": found.job.message if found.job and found.job.state in (JobState.FAILED, JobState.CANCELLED) else "",
    }


def _column(found: RegisterImport, form: MappingForm, column: dict[str, Any]) -> dict[str, Any]:
    """A column of the file with its choice."""
    letter, index = _letter(column["index"]), str(column["index"])
    chosen = found.columns.get(index, "")
    twice = bool(chosen) and list(found.columns.values()).count(chosen) > 1
    label = _("Column %(letter)s, %(header)s") % {"letter": letter, "header": column["header"]}
    return {
        "letter": letter,
        "header": column["header"],
        "samples": column["samples"],
        "chosen": chosen,
        "twice": twice,
        "unsure": bool(chosen) and chosen == column["field"] and column["confidence"] < CERTAIN and not found.layout.get("remembered"),
        "select": select(form[f"column_{index}"], label, invalid=twice),
    }


def _letter(index: int) -> str:
    return _("sheet name") if index == SHEET_COLUMN else letter_of(index)


def sheets_of(found: RegisterImport) -> str:
    """The sheets that are read."""
    return "、".join([found.layout["sheet"], *(place["sheet"] for place in found.layout.get("further", ()))])


def _level_text(found: RegisterImport, form: MappingForm, number: int, text: str, levels: dict[int, Any]) -> dict[str, Any]:
    """A level text of the file with its choice."""
    level = levels.get(found.levels.get(text, 0))
    label = _("Level meant by “%(text)s”") % {"text": text}
    return {"text": text, "level": level, "select": select(form[f"level_{number}"], label, invalid=level is None)}


def select(bound: BoundField, label: str, *, invalid: bool) -> SafeString:
    """A choice inside a table, with its own label."""
    attrs: dict[str, str | bool] = {"class": "form-select is-invalid" if invalid else "form-select", "aria-label": label}
    return bound.as_widget(attrs=attrs | ({"aria-invalid": "true"} if invalid else {}))


def _needs(found: RegisterImport) -> list[dict[str, Any]]:
    """What a register must have, and the column that is chosen for it."""
    by_field = {field: int(index) for index, field in found.columns.items()}

    def columns(*fields: Field) -> str:
        return "、".join(_letter(by_field[field]) for field in fields if field in by_field)

    level = columns(Field.LEVEL) or (columns(Field.PROBABILITY, Field.HARM) if {Field.PROBABILITY, Field.HARM} <= set(by_field) else "")
    return [
        {"label": Field.DEPARTMENT.label, "column": columns(Field.DEPARTMENT)},
        {"label": _("Risk point or content of the risk"), "column": columns(Field.TITLE, Field.CONTENT, Field.MANIFESTATION)},
        {"label": _("Risk level (or probability and harm)"), "column": level},
    ]


def dry_run(request: HttpRequest, found: RegisterImport) -> dict[str, Any]:
    """What would be entered and what was found, by kind."""
    report = found.report
    chosen = request.GET.get("kind", "")
    faults = [fault for fault in report["faults"] if chosen in ("", fault["code"])]
    page = Paginator(faults, FINDINGS_PAGE).get_page(request.GET.get("page"))
    address = found.get_absolute_url()
    total = report["errors"] + report["hints"]
    kinds = [{"label": _("all"), "url": address, "count": total, "active": not chosen}]
    kinds += [
        {"label": kind(one["code"]), "url": f"{address}?kind={one['code']}", "count": one["count"], "active": chosen == one["code"]}
        for one in report["kinds"]
    ]
    import_it = _action(
        found,
        "confirm",
        ngettext("Import %(n)d risk point", "Import %(n)d risk points", report["points"]) % {"n": report["points"]},
        request,
        primary=True,
        confirm=_confirmation(found),
    )
    change = _action(found, "remap", _("Change the mapping"), request)
    return {
        "import": found,
        "report": report,
        "findings": [dict(fault, field_label=field_label(fault["field"])) for fault in page],
        "page": page,
        "kinds": kinds if report["faults"] else [],
        "left_out": total - len(report["faults"]),
        "levels": _levels(found),
        "shown_departments": report["new_departments"][:NAMES_SHOWN],
        "more_departments": max(0, len(report["new_departments"]) - NAMES_SHOWN),
        "shown_positions": report["new_positions"][:NAMES_SHOWN],
        "more_positions": max(0, len(report["new_positions"]) - NAMES_SHOWN),
        "path": path_to(3 if report["ok"] else 2),
        "steps": [_discard(found, request), change, *([import_it] if report["ok"] else [])],
        "failed_job": found.job.message if found.job and found.job.state in (JobState.FAILED, JobState.CANCELLED) else "",
    }


def _levels(found: RegisterImport) -> list[dict[str, Any]]:
    levels = UnitLevels(found.unit).by_severity
    return [{"level": levels.get(severity), "label": label, "count": count} for severity, label, count in found.report["by_level"]]


def _confirmation(found: RegisterImport) -> str:
    report = found.report
    sentences = [
        _("%(points)d risk points with %(measures)d measures are entered in the register of %(unit)s.")
        % {"points": report["points"], "measures": report["measures"], "unit": found.unit.name}
    ]
    if report["new_departments"] or report["new_positions"]:
        sentences.append(
            _("%(departments)d departments and %(positions)d positions are made.")
            % {"departments": len(report["new_departments"]), "positions": len(report["new_positions"])}
        )
    sentences.append(
        _("Who answers for them follows from level and division of work. It can be undone until somebody changes one of them.")
    )
    return " ".join(sentences)


def done(request: HttpRequest, found: RegisterImport) -> dict[str, Any]:
    """What became of it."""
    imported = found.state == ImportState.IMPORTED
    left = RiskPoint.objects.visible_to(request.user).of_import(found.pk).filter(unit=found.unit_id).count() if imported else 0
    steps = []
    if imported:
        steps.append(
            _action(
                found,
                "undo",
                _("Undo"),
                request,
                danger=True,
                ask_reason=_("Reason"),
                confirm=_("%(n)d risk points with their measures are removed from the register. Their history stays.") % {"n": left},
            )
        )
    return {
        "import": found,
        "report": found.report,
        "imported": imported,
        "left": left,
        "levels": _levels(found) if found.report else [],
        "register_url": f"{reverse('risks:register')}?batch={found.pk}",
        "path": path_to(4 if imported else 3) if found.state != ImportState.DISCARDED else [],
        "steps": steps,
    }
