"""What the pages of an imported list show."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common.verdicts import Verdict
from common.xlsx.faults import column_letter
from jobs.states import JobState
from positions.models import Unit
from positions.scopes import scope_of
from reporting.list_imports.fields import LEFT_OUT_LABELS
from reporting.list_imports.forms import ListMappingForm
from reporting.list_imports.kinds import Kind
from reporting.list_imports.models import ListImport
from reporting.list_imports.permissions import kinds_of, may_undo, may_work_on
from reporting.list_imports.services import problems_of
from reporting.list_imports.states import ListState
from reporting.querysets import kept_unit_ids
from reporting.services.wording import kind as kind_of_finding
from reporting.views.import_parts import CERTAIN, FINDINGS_PAGE, path_to, select


def starts(user: User) -> list[dict[str, Any]]:
    """What somebody can bring in, the register first, each with whether that is possible now."""
    found = []
    if kept_unit_ids(scope_of(user)):
        found.append(
            {
                "title": _("Register of risk points"),
                "about": _("The register that the unit keeps in Excel, with departments, levels and measures."),
                "icon": "shield-check",
                "url": reverse("reporting:import_new"),
                "template_url": reverse("reporting:import_template"),
                "more_url": reverse("reporting:imports"),
                "allowed": True,
                "reason": "",
            }
        )
    for kind, unit_ids in kinds_of(user):
        verdicts = [kind.may(user, unit) for unit in Unit.objects.filter(pk__in=unit_ids).order_by("path")]
        allowed = any(verdicts)
        found.append(
            {
                "title": kind.title,
                "about": kind.about,
                "icon": kind.icon,
                "url": reverse("reporting:list_new", args=[kind.code]),
                "template_url": reverse("reporting:list_template", args=[kind.code]),
                "allowed": allowed,
                "reason": "" if allowed or not verdicts else verdicts[0].reason,
            }
        )
    return found


def _action(found: ListImport, name: str, label: str, verdict: Verdict, **more: Any) -> dict[str, Any]:
    return {
        "label": label,
        "url": reverse(f"reporting:list_{name}", args=[found.pk]),
        "allowed": verdict.allowed,
        "reason": verdict.reason,
        "fields": {"version": found.version},
        **more,
    }


def _discard(found: ListImport, verdict: Verdict) -> dict[str, Any]:
    text = _("“%(file)s” is given up. Nothing of it was imported.") % {"file": found.file.name}
    return _action(found, "discard", _("Discard"), verdict, confirm=text)


def _failed_job(found: ListImport) -> str:
    return found.job.message if found.job and found.job.state in (JobState.FAILED, JobState.CANCELLED) else ""


def _page(found: ListImport) -> dict[str, Any]:
    """What every page of an import needs: where it hangs, and how the list is called."""
    return {"import": found, "kind": found.what, "new_url": reverse("reporting:list_new", args=[found.kind])}


def working(found: ListImport) -> dict[str, Any]:
    """A job is at it."""
    job = found.job
    assert job is not None
    stop = {
        "label": _("Stop"),
        "url": reverse("jobs:cancel", args=[job.pk]),
        "allowed": not job.cancel_asked,
        "reason": _("It stops at its next step."),
        "confirm": _("“%(title)s” will be stopped. Nothing of it is kept.") % {"title": job.title},
    }
    stage = {"list_analyse": 0, "list_check": 2}.get(job.kind, 3)
    return {**_page(found), "job": job, "path": path_to(stage), "steps": [stop]}


def unreadable(request: HttpRequest, found: ListImport) -> dict[str, Any]:
    """The first look at a large file failed."""
    text = _failed_job(found) or _("The file was not read to its end.")
    open_still = found.state == ListState.UPLOADED
    return {**_page(found), "text": text, "steps": [_discard(found, may_work_on(request.user, found))] if open_still else []}


def mapping(request: HttpRequest, found: ListImport, form: ListMappingForm, *, saved: bool, tried: bool) -> dict[str, Any]:
    """Columns with what is chosen for them."""
    verdict = may_work_on(request.user, found)
    by_field = {field: column_letter(int(index)) for index, field in found.columns.items()}
    return {
        **_page(found),
        "form": form,
        "columns": [_column(found, form, column) for column in found.layout["columns"]],
        "problems": problems_of(found),
        "needs": [{"label": one.label, "column": by_field.get(one.code, "")} for one in found.what.fields if one.required],
        "tried": tried,
        "saved_at": timezone.localtime().strftime("%H:%M") if saved else "",
        "path": path_to(1),
        "steps": [_discard(found, verdict)],
        "may": verdict,
        "mapping_url": reverse("reporting:list_mapping", args=[found.pk]),
        "failed_job": _failed_job(found),
    }


def _column(found: ListImport, form: ListMappingForm, column: dict[str, Any]) -> dict[str, Any]:
    letter, index = column_letter(column["index"]), str(column["index"])
    chosen = found.columns.get(index, "")
    twice = chosen in found.what.by_code and list(found.columns.values()).count(chosen) > 1
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


def label_of(kind: Kind, code: str) -> str:
    """The name of a field of the list."""
    field = kind.by_code.get(code)
    return str(field.label if field else LEFT_OUT_LABELS.get(code, ""))


def dry_run(request: HttpRequest, found: ListImport) -> dict[str, Any]:
    """What would be entered and what was found, by kind."""
    report, verdict = found.report, may_work_on(request.user, found)
    chosen = request.GET.get("kind", "")
    faults = [fault for fault in report["faults"] if chosen in ("", fault["code"])]
    page = Paginator(faults, FINDINGS_PAGE).get_page(request.GET.get("page"))
    address, total = found.get_absolute_url(), report["errors"] + report["hints"]
    kinds = [{"label": _("all"), "url": address, "count": total, "active": not chosen}]
    kinds += [
        {
            "label": kind_of_finding(one["code"]),
            "url": f"{address}?kind={one['code']}",
            "count": one["count"],
            "active": chosen == one["code"],
        }
        for one in report["kinds"]
    ]
    label = ngettext("Import %(n)d new entry", "Import %(n)d new entries", report["new"]) % {"n": report["new"]}
    sentence = ngettext(
        "%(n)d new entry is made in %(list)s of %(unit)s. Nothing that is there is changed. It can be undone as long as nothing of it is "
        "changed and nothing refers to it.",
        "%(n)d new entries are made in %(list)s of %(unit)s. Nothing that is there is changed. It can be undone as long as nothing of them "
        "is changed and nothing refers to them.",
        report["new"],
    ) % {"n": report["new"], "list": found.what.title, "unit": found.unit.name}
    import_it = _action(found, "confirm", label, verdict, primary=True, confirm=sentence)
    change = _action(found, "remap", _("Change the mapping"), verdict)
    return {
        **_page(found),
        "report": report,
        "counts": counts_of(report),
        "findings": [dict(fault, field_label=label_of(found.what, fault["field"])) for fault in page],
        "findings_url": reverse("reporting:list_findings", args=[found.pk]),
        "page": page,
        "kinds": kinds if report["faults"] else [],
        "left_out": total - len(report["faults"]),
        "path": path_to(3 if report["ok"] else 2),
        "steps": [_discard(found, verdict), change, *([import_it] if report["ok"] else [])],
        "failed_job": _failed_job(found),
    }


def counts_of(report: dict[str, Any]) -> list[tuple[str, int]]:
    """How many of each sort were made, for lists that make several."""
    labels = {
        "people": _("people"),
        "departments": _("departments"),
        "positions": _("positions"),
        "appointments": _("appointments"),
        "divisions": _("divisions of work"),
        "bodies": _("bodies"),
        "memberships": _("memberships"),
    }
    return [(labels.get(key, key), number) for key, number in report.get("counts", {}).items()]


def done(request: HttpRequest, found: ListImport) -> dict[str, Any]:
    """What became of it."""
    imported = found.state == ListState.IMPORTED
    steps = []
    if imported:
        text = ngettext(
            "%(n)d entry is removed again, unless something was changed since or refers to it. Its history stays.",
            "%(n)d entries are removed again, unless something was changed since or refers to them. Their history stays.",
            found.report["new"],
        ) % {"n": found.report["new"]}
        steps.append(
            _action(
                found, "undo", _("Undo"), may_undo(request.user, found), danger=True, ask_reason=_("Reason"), confirm=text
            )
        )  # fmt: skip
    page = Paginator(found.made.all(), FINDINGS_PAGE).get_page(request.GET.get("page"))
    return {
        **_page(found),
        "report": found.report,
        "counts": counts_of(found.report),
        "imported": imported,
        "blocks": found.blocks if imported else [],
        "made": page,
        "list_url": found.what.list_url(found.unit),
        "path": path_to(4 if imported else 3) if found.state != ListState.DISCARDED else [],
        "steps": steps,
        "failed_job": _failed_job(found) if imported else "",
    }
