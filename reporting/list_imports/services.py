"""The life of an import of a list: upload, mapping, dry run, import, undo. Small files at once, large ones in the worker."""

from collections.abc import Mapping
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audit import services as audit
from common import files
from common.errors import NotPossible
from common.writes import lock
from common.xlsx.faults import XlsxProblem
from common.xlsx.guard import check_xlsx
from jobs import services as jobs
from positions.models import Unit
from reporting.list_imports import undoing
from reporting.list_imports.examination import Wanted, run
from reporting.list_imports.fields import LEFT_OUT
from reporting.list_imports.kinds import Kind
from reporting.list_imports.kinds.base import Outcome, Progress
from reporting.list_imports.models import ImportedRow, ListImport
from reporting.list_imports.permissions import may_import, may_undo, may_work_on
from reporting.list_imports.states import LIST_IMPORT_TABLE, ListState
from reporting.list_imports.table import analyse
from reporting.models import MappingMemory
from reporting.services.imports import AT_ONCE_BYTES, AT_ONCE_ROWS, NotReadable

TITLE_LENGTH = 200


def start_import(*, kind: Kind, unit: Unit, content: BinaryIO, name: str, by: User) -> ListImport:
    """Keep an uploaded list and find its columns, at once or in the worker.

    Raises NotAllowed; NotReadable with what to do when the file is no harmless .xlsx, or has no header of this list.
    """
    may_import(by, kind, unit).require()
    try:
        info = check_xlsx(content, name)
        found = analyse(content, kind) if info.unpacked <= AT_ONCE_BYTES else None
    except XlsxProblem as problem:
        raise NotReadable(problem.message) from problem
    content.seek(0)
    with transaction.atomic():
        stored = files.store(content=content, name=name, by=by)
        created = ListImport(kind=kind.code, unit=unit, file=stored, by=by)
        if found is not None:
            _begin(created, found)
        created.save()
        audit.record("list_import.uploaded", by=by, obj=created, detail={"list": kind.code})
        if found is None:
            _in_worker(created, "list_analyse", by)
    return created


def _begin(created: ListImport, found: dict[str, Any]) -> None:
    """The layout, and the mapping to begin with: what the unit confirmed for a file with these headers, else what is proposed."""
    memory = MappingMemory.objects.filter(unit=created.unit, signature=found["fingerprint"]).first()
    proposed = {str(column["index"]): column["field"] for column in found["columns"] if column["field"]}
    created.layout = found | {"remembered": memory is not None}
    created.columns = dict(memory.columns) if memory else proposed


def _in_worker(held: ListImport, kind: str, by: User) -> None:
    titles = {
        "list_analyse": _("Reading “%(file)s”"),
        "list_check": _("Dry run of “%(file)s”"),
        "list_import": _("Import of “%(file)s”"),
        "list_undo": _("Undoing the import of “%(file)s”"),
    }
    title = titles[kind] % {"file": held.file.name}
    held.job = jobs.start(kind=kind, title=title, arguments={"import": held.pk}, by=by)
    held.save()


def _is_large(held: ListImport) -> bool:
    return int(held.layout.get("height", 0)) > AT_ONCE_ROWS


def _locked(list_import: ListImport, version: int | None) -> ListImport:
    held: ListImport = lock(ListImport.objects.select_related("unit", "file", "job", "by"), list_import.pk, version=version)
    return held


def _hold(list_import: ListImport, by: User, version: int | None) -> ListImport:
    """The locked row; nobody else may go on with it, and nobody while a job works on it."""
    held = _locked(list_import, version)
    may_work_on(by, held).require()
    return _idle(held)


def _idle(held: ListImport) -> ListImport:
    if held.busy:
        raise NotPossible(_("It is being worked on. Wait until that is finished, or stop it."))
    return held


# ---- the mapping


@transaction.atomic
def save_mapping(*, list_import: ListImport, by: User, version: int | None, columns: Mapping[str, str]) -> ListImport:
    """Keep what was chosen so far. Raises NotAllowed, Conflict, NotPossible."""
    held = _hold(list_import, by, version)
    if held.state != ListState.UPLOADED:
        raise NotPossible(_("The dry run has been made. Go back to the mapping first."))
    known = {str(column["index"]) for column in held.layout["columns"]}
    fields = {*held.what.by_code, *LEFT_OUT}
    held.columns = {index: field for index, field in columns.items() if index in known and field in fields}
    held.save()
    return held


def problems_of(list_import: ListImport) -> list[str]:
    """What keeps the mapping from being tried, in sentences."""
    kind, fields = list_import.what, list(list_import.columns.values())
    found = []
    if missing := kind.missing(set(fields)):
        found.append(_("Choose the column for: %(names)s.") % {"names": "、".join(str(name) for name in missing)})
    found += [
        _("“%(field)s” is chosen for two columns. Choose it once.") % {"field": kind.by_code[field].label}
        for field in sorted({field for field in fields if fields.count(field) > 1})
        if field in kind.by_code
    ]
    return found


# ---- the dry run


@transaction.atomic
def check(*, list_import: ListImport, by: User, version: int | None = None) -> ListImport:
    """Try the mapping: at once, or in the worker. The mapping is remembered for the next file of the unit with these headers.

    Raises NotAllowed, Conflict, NotPossible, and NotReadable when the mapping is not complete.
    """
    held = _hold(list_import, by, version)
    if held.state != ListState.UPLOADED:
        raise NotPossible(_("The dry run has been made already."))
    if problems := problems_of(held):
        raise NotReadable(" ".join(problems))
    MappingMemory.objects.update_or_create(unit=held.unit, signature=held.layout["fingerprint"], defaults={"columns": held.columns})
    if _is_large(held):
        _in_worker(held, "list_check", by)
    else:
        _check(held, by)
    return held


def _run(held: ListImport, by: User, *, keep: bool, progress: Progress | None) -> tuple[dict[str, Any], Outcome]:
    try:
        with held.file.content.open("rb") as source:
            return run(Wanted(held.what, held.unit, source, held.layout, held.columns), by=by, keep=keep, progress=progress)
    except XlsxProblem as problem:
        raise NotReadable(problem.message) from problem


def _check(held: ListImport, by: User, progress: Progress | None = None) -> None:
    report, _outcome = _run(held, by, keep=False, progress=progress)
    transition = LIST_IMPORT_TABLE.move(held, "check")
    held.report = report
    held.save()
    audit.record(transition.audit, by=by, obj=held, detail={key: report[key] for key in ("rows", "errors", "hints")})


@transaction.atomic
def remap(*, list_import: ListImport, by: User, version: int | None = None) -> ListImport:
    """Back to the mapping after a dry run. Raises NotAllowed, Conflict, NotPossible."""
    held = _hold(list_import, by, version)
    transition = LIST_IMPORT_TABLE.move(held, "remap")
    held.report = {}
    held.save()
    audit.record(transition.audit, by=by, obj=held)
    return held


# ---- the import


@transaction.atomic
def confirm(*, list_import: ListImport, by: User, version: int | None = None) -> ListImport:
    """Import all or nothing: at once, or in the worker. Of two who confirm at once, one is told so.

    The rows are held against what is there at this moment; when that finds faults they stand in the report, and nothing is imported.
    Raises NotAllowed, Conflict, NotPossible.
    """
    held = _hold(list_import, by, version)
    if held.state == ListState.IMPORTED:
        raise NotPossible(_("It has been imported already."))
    if not held.ready:
        raise NotPossible(_("The dry run found faults, or nothing new. Correct the file and upload it again."))
    if _is_large(held):
        _in_worker(held, "list_import", by)
    else:
        _import(held, by)
    return held


def _import(held: ListImport, by: User, progress: Progress | None = None) -> None:
    held.report, outcome = _run(held, by, keep=True, progress=progress)
    if not held.report["ok"]:
        held.save()
        return
    transition = LIST_IMPORT_TABLE.move(held, "import")
    held.imported_at = timezone.now()
    held.save()
    ImportedRow.objects.bulk_create(
        [
            ImportedRow(
                list_import=held,
                place=place,
                row=made.row,
                model=made.obj._meta.label_lower,
                object_id=made.obj.pk,
                version=made.obj.version,  # type: ignore[attr-defined]
                title=str(made.obj)[:TITLE_LENGTH],
                before=dict(made.before),
            )
            for place, made in enumerate(outcome.made)
        ],
        batch_size=500,
    )
    audit.record(transition.audit, by=by, obj=held, detail={"list": held.kind, "rows": held.report["rows"], "new": held.report["new"]})


# ---- and back


@transaction.atomic
def undo(*, list_import: ListImport, by: User, reason: str = "", version: int | None = None) -> ListImport:
    """Remove what was imported, as long as nothing of it was changed since and nothing refers to it; at once, or in the worker.

    What stands in the way is kept in `blocks`, and the import stays as it is. Raises NotAllowed, Conflict, NotPossible.
    """
    held = _locked(list_import, version)
    may_undo(by, held).require()
    _idle(held)
    if held.state != ListState.IMPORTED:
        raise NotPossible(_("Only what was imported can be undone."))
    if _is_large(held):
        held.report["undo_reason"] = reason
        _in_worker(held, "list_undo", by)
    else:
        _undo(held, by, reason)
    return held


def _undo(held: ListImport, by: User, reason: str) -> int:
    removed, held.blocks = undoing.take_back(held, by=by, reason=reason or _("The import was undone."))
    if held.blocks:
        held.save()
        audit.record("list_import.undo_refused", by=by, obj=held, reason=reason, detail={"blocks": len(held.blocks)})
        return 0
    transition = LIST_IMPORT_TABLE.move(held, "undo")
    held.save()
    audit.record(transition.audit, by=by, obj=held, reason=reason, detail={"removed": removed})
    return removed


@transaction.atomic
def discard(*, list_import: ListImport, by: User, version: int | None = None) -> ListImport:
    """Give an upload up; nothing was imported. Raises NotAllowed, Conflict, NotPossible."""
    held = _hold(list_import, by, version)
    transition = LIST_IMPORT_TABLE.move(held, "discard")
    held.save()
    audit.record(transition.audit, by=by, obj=held)
    return held


# ---- what the worker does, each in the transaction of its job


def analyse_in_job(*, import_id: int, by: User) -> None:
    """Find the list in a large file."""
    held = _for_job(import_id, by)
    try:
        with held.file.content.open("rb") as source:
            found = analyse(source, held.what)
    except XlsxProblem as problem:
        raise NotReadable(problem.message) from problem
    _begin(held, found)
    held.save()


def check_in_job(*, import_id: int, by: User, progress: Progress) -> None:
    """The dry run of a large file."""
    held = _for_job(import_id, by)
    if held.state == ListState.UPLOADED:
        _check(held, by, progress)


def import_in_job(*, import_id: int, by: User, progress: Progress) -> str:
    """The import of a large file; returns what to tell who started it."""
    held = _for_job(import_id, by)
    if not held.ready:
        raise NotPossible(_("It is no longer ready to be imported."))
    _import(held, by, progress)
    if held.state != ListState.IMPORTED:
        return _("What is there has changed: the dry run now finds faults. Nothing was imported.")
    return ngettext("%(n)d new entry was made.", "%(n)d new entries were made.", held.report["new"]) % {"n": held.report["new"]}


def undo_in_job(*, import_id: int, by: User) -> str:
    """The undoing of a large import; returns what to tell who started it."""
    held = _locked(ListImport(pk=import_id), None)
    may_undo(by, held).require()
    if held.state != ListState.IMPORTED:
        raise NotPossible(_("Only what was imported can be undone."))
    removed = _undo(held, by, str(held.report.get("undo_reason", "")))
    if held.blocks:
        return _("It was not undone: something was changed since. The page of the import says which rows.")
    return ngettext("%(n)d entry was removed again.", "%(n)d entries were removed again.", removed) % {"n": removed}


def _for_job(import_id: int, by: User) -> ListImport:
    """The locked row; rights may have ended since the job was asked for."""
    held = _locked(ListImport(pk=import_id), None)
    may_work_on(by, held).require()
    return held
