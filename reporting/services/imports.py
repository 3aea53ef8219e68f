"""The life of an import: upload, mapping, dry run, import, undo. Small files at once, large ones in the worker (issue A, real input)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common import files
from common.errors import DomainError, NotPossible
from common.writes import lock
from common.xlsx.faults import XlsxProblem
from common.xlsx.guard import check_xlsx
from common.xlsx.reading import opened_beside
from jobs import services as jobs
from positions.models import Unit
from reporting.models import RegisterImport
from reporting.permissions import may_import, may_work_on
from reporting.registers import Field, missing_requirements
from reporting.services import layouts
from reporting.services.examination import Known, Progress, Wanted, examine, examine_and_enter
from reporting.services.levels import UnitLevels
from reporting.states import IMPORT_TABLE, ImportState
from risks.services.removing import remove_imported

AT_ONCE_ROWS = 500
"""A table of more rows is read in the worker."""
AT_ONCE_BYTES = 2 * 1024 * 1024
"""So is the first look at a file that unpacks to more: its rows are not yet known."""


class NotReadable(DomainError):
    """The file cannot be used; nothing was kept or changed."""


def start_import(*, unit: Unit, content: BinaryIO, name: str, by: User) -> RegisterImport:
    """Keep an uploaded register and find its layout, at once or in the worker.

    Raises NotAllowed; NotReadable with what to do when the file is no harmless .xlsx, or no register is found in it.
    """
    may_import(by, unit).require()
    try:
        info = check_xlsx(content, name)
        found = layouts.analyse(content) if info.unpacked <= AT_ONCE_BYTES else None
    except XlsxProblem as problem:
        raise NotReadable(problem.message) from problem
    content.seek(0)
    with transaction.atomic():
        stored = files.store(content=content, name=name, by=by)
        created = RegisterImport(unit=unit, file=stored, by=by)
        if found is not None:
            _begin(created, found)
        created.save()
        audit.record("import.uploaded", by=by, obj=created, detail={"file": stored.name})
        if found is None:
            _in_worker(created, "register_analyse", by)
    return created


def _begin(register_import: RegisterImport, found: dict[str, Any]) -> None:
    """Set the layout and the mapping to begin with."""
    columns, levels, known = layouts.first_mapping(register_import.unit, found, UnitLevels(register_import.unit))
    register_import.layout = found | {"remembered": known}
    register_import.columns, register_import.levels = columns, levels
    if known:
        register_import.layout["level_texts"] = _texts(register_import, columns)


def _texts(register_import: RegisterImport, columns: Mapping[str, str]) -> dict[str, int | None]:
    if columns == layouts.proposal(register_import.layout):
        return dict(register_import.layout["level_texts"])
    try:
        with register_import.file.content.open("rb") as source:
            return layouts.texts_of_levels(source, register_import.layout, columns)
    except (XlsxProblem, FileNotFoundError):
        return dict(register_import.layout["level_texts"])


def _in_worker(register_import: RegisterImport, kind: str, by: User) -> None:
    titles = {
        "register_analyse": _("Reading “%(file)s”"),
        "register_check": _("Dry run of “%(file)s”"),
        "register_import": _("Import of “%(file)s”"),
        "register_undo": _("Undoing the import of “%(file)s”"),
    }
    title = titles[kind] % {"file": register_import.file.name}
    register_import.job = jobs.start(kind=kind, title=title, arguments={"import": register_import.pk}, by=by)
    register_import.save()


def _is_large(register_import: RegisterImport) -> bool:
    return int(register_import.layout.get("height", 0)) > AT_ONCE_ROWS


def _hold(register_import: RegisterImport, by: User, version: int | None) -> RegisterImport:
    """The locked row; nobody else may go on with it, and nobody while a job works on it."""
    held: RegisterImport = lock(RegisterImport.objects.select_related("unit", "file", "job", "by"), register_import.pk, version=version)
    may_work_on(by, held).require()
    if held.busy:
        raise NotPossible(_("It is being worked on. Wait until that is finished, or stop it."))
    return held


# ---- the mapping


@transaction.atomic
def save_mapping(
    *,
    register_import: RegisterImport,
    by: User,
    version: int | None,
    columns: Mapping[str, str],
    levels: Mapping[str, int],
    create_missing: bool,
) -> RegisterImport:
    """Keep what was chosen so far. When another column holds the level now, its texts are read and severities proposed.

    Raises NotAllowed, Conflict, NotPossible.
    """
    held = _hold(register_import, by, version)
    if held.state != ImportState.UPLOADED:
        raise NotPossible(_("The dry run has been made. Go back to the mapping first."))
    _set_mapping(held, columns, levels, create_missing)
    held.save()
    return held


def _set_mapping(held: RegisterImport, columns: Mapping[str, str], levels: Mapping[str, int], create_missing: bool) -> None:
    known = {str(column["index"]) for column in held.layout["columns"]}
    chosen = {index: field for index, field in columns.items() if index in known and field}
    scale = UnitLevels(held.unit)
    if _level_column(chosen) != _level_column(held.columns):
        texts = _texts(held, chosen)
        held.layout["level_texts"] = texts
        held.levels = scale.proposed(texts)
    else:
        texts = held.layout["level_texts"]
        held.levels = {text: severity for text, severity in levels.items() if text in texts and severity in scale.by_severity}
    held.columns, held.create_missing = chosen, create_missing


def _level_column(columns: Mapping[str, str]) -> str:
    return next((index for index, field in columns.items() if field == "level"), "")


def problems_of(register_import: RegisterImport) -> list[str]:
    """What keeps the mapping from being tried, in sentences."""
    fields = list(register_import.columns.values())
    found = []
    missing = missing_requirements(set(fields))
    if missing:
        found.append(_("Choose the column for: %(names)s.") % {"names": "、".join(str(name) for name in missing)})
    found += [
        _("“%(field)s” is chosen for two columns. Choose it once.") % {"field": Field(field).label}
        for field in sorted({field for field in fields if fields.count(field) > 1})
    ]
    if "level" in fields:
        open_texts = [text for text in register_import.layout["level_texts"] if text not in register_import.levels]
        if open_texts:
            found.append(_("Say which level is meant by: %(texts)s.") % {"texts": "、".join(open_texts[:10])})
    return found


# ---- the dry run


@transaction.atomic
def check(*, register_import: RegisterImport, by: User, version: int | None = None) -> RegisterImport:
    """Try the mapping: at once, or in the worker. The mapping is remembered for the next file of the unit with these headers.

    Raises NotAllowed, Conflict, NotPossible, and NotReadable when the mapping is not complete.
    """
    held = _hold(register_import, by, version)
    if held.state != ImportState.UPLOADED:
        raise NotPossible(_("The dry run has been made already."))
    if problems := problems_of(held):
        raise NotReadable(" ".join(problems))
    layouts.remember(held.unit, held.layout, held.columns, held.levels)
    if _is_large(held):
        _in_worker(held, "register_check", by)
    else:
        _check(held, by)
    return held


@contextmanager
def _wanted(held: RegisterImport) -> Iterator[Wanted]:
    """The file with its mapping. What is no longer readable in it raises NotReadable."""
    try:
        # It was looked at when it was uploaded (`check_xlsx`).
        with held.file.content.open("rb") as source, opened_beside(source, lambda: None) as opened:
            known = Known(held.unit)
            yield Wanted(held.unit, known, opened(), held.layout, held.columns, held.levels, held.create_missing)
    except XlsxProblem as problem:
        raise NotReadable(problem.message) from problem


def _check(held: RegisterImport, by: User | None, progress: Progress | None = None) -> None:
    with _wanted(held) as wanted:
        report = examine(wanted, progress)
    transition = IMPORT_TABLE.move(held, "check")
    held.report = report
    held.save()
    audit.record(transition.audit, by=by, obj=held, detail={"rows": report["rows"], "errors": report["errors"], "hints": report["hints"]})


@transaction.atomic
def remap(*, register_import: RegisterImport, by: User, version: int | None = None) -> RegisterImport:
    """Back to the mapping after a dry run. Raises NotAllowed, Conflict, NotPossible."""
    held = _hold(register_import, by, version)
    transition = IMPORT_TABLE.move(held, "remap")
    held.report = {}
    held.save()
    audit.record(transition.audit, by=by, obj=held)
    return held


# ---- the import


@transaction.atomic
def confirm(*, register_import: RegisterImport, by: User, version: int | None = None) -> RegisterImport:
    """Import all or nothing: at once, or in the worker. Of two people who confirm at once, one is told so.

    The file is held against the register and the organisation of this moment again; when that finds errors they stand in the report,
    and nothing is imported. Raises NotAllowed, Conflict, NotPossible.
    """
    held = _hold(register_import, by, version)
    if held.state == ImportState.IMPORTED:
        raise NotPossible(_("It has been imported already."))
    if not held.ready:
        raise NotPossible(_("The dry run found faults. Correct them in the file and upload it again."))
    if _is_large(held):
        _in_worker(held, "register_import", by)
    else:
        _import(held, by)
    return held


def _import(held: RegisterImport, by: User | None, progress: Progress | None = None) -> None:
    reason = _("import of “%(file)s”") % {"file": held.file.name}
    with _wanted(held) as wanted:
        report = held.report = examine_and_enter(wanted, by=by, batch=held.pk, reason=reason, progress=progress)
    if not report["ok"]:
        held.save()
        return
    transition = IMPORT_TABLE.move(held, "import")
    held.imported_at = timezone.now()
    held.save()
    made = {"departments": len(report["new_departments"]), "positions": len(report["new_positions"])}
    audit.record(
        transition.audit, by=by, obj=held, detail={"rows": report["rows"], "points": report["points"], "file": held.file.name, **made}
    )


@transaction.atomic
def undo(*, register_import: RegisterImport, by: User, reason: str = "", version: int | None = None) -> RegisterImport:
    """Remove what was imported, as long as nothing of it was changed since. Departments and positions that were made stay.

    Raises NotAllowed, Conflict, NotPossible.
    """
    held = _hold(register_import, by, version)
    if held.state != ImportState.IMPORTED:
        raise NotPossible(_("Only what was imported can be undone."))
    _undo(held, by, reason)
    return held


def _undo(held: RegisterImport, by: User, reason: str) -> None:
    transition = IMPORT_TABLE.move(held, "undo")
    count = remove_imported(unit=held.unit, batch=held.pk, by=by, reason=reason or _("The import was undone."))
    held.save()
    audit.record(transition.audit, by=by, obj=held, reason=reason, detail={"points": count})


@transaction.atomic
def discard(*, register_import: RegisterImport, by: User, version: int | None = None) -> RegisterImport:
    """Give an upload up; nothing was imported. Raises NotAllowed, Conflict, NotPossible."""
    held = _hold(register_import, by, version)
    transition = IMPORT_TABLE.move(held, "discard")
    held.save()
    audit.record(transition.audit, by=by, obj=held)
    return held


# ---- what the worker does, each in the transaction of its job


def analyse_in_job(*, import_id: int, by: User) -> None:
    """Find the layout of a large file."""
    held = _for_job(import_id, by)
    try:
        with held.file.content.open("rb") as source:
            found = layouts.analyse(source)
    except XlsxProblem as problem:
        raise NotReadable(problem.message) from problem
    _begin(held, found)
    held.save()


def check_in_job(*, import_id: int, by: User, progress: Progress) -> None:
    """The dry run of a large file."""
    held = _for_job(import_id, by)
    if held.state == ImportState.UPLOADED:
        _check(held, by, progress)


def import_in_job(*, import_id: int, by: User, progress: Progress) -> str:
    """The import of a large file; returns what to tell who started it."""
    held = _for_job(import_id, by)
    if not held.ready:
        raise NotPossible(_("It is no longer ready to be imported."))
    _import(held, by, progress)
    if held.state != ImportState.IMPORTED:
        return _("The register or the organisation has changed: the dry run now finds faults. Nothing was imported.")
    return _("%(n)d risk points were entered in the register.") % {"n": held.report["points"]}


def _for_job(import_id: int, by: User) -> RegisterImport:
    """The locked row; rights may have ended since the job was asked for."""
    held: RegisterImport = lock(RegisterImport.objects.select_related("unit", "file", "job", "by"), import_id)
    may_work_on(by, held).require()
    return held
