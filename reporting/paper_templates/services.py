"""Writes of templates: uploaded when they pass the check, put in use, taken back, and what failed with them."""

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import IO

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AdminRole, User
from audit import services as audit
from common import files
from common.errors import DomainError, NotPossible
from common.writes import lock
from notifications.services import notify
from positions.models import Unit
from reporting.documents.parts import DOCX
from reporting.paper_templates import permissions
from reporting.paper_templates.checking import Fault, check
from reporting.paper_templates.kinds import KINDS
from reporting.paper_templates.models import DocumentTemplate
from reporting.paper_templates.package import MAX_BYTES
from reporting.paper_templates.states import TEMPLATE_TABLE

_NOTICE = "document_template"
# A template that fails at every form of a campaign is written down once in this time.
_SILENCE = timedelta(minutes=10)


class TemplateRefused(DomainError):
    """The file is no template of this kind; `faults` say what to mend in Word, one by one."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(_("The template was not accepted: %(n)d faults.") % {"n": len(faults)})
        self.faults = faults


@transaction.atomic
def upload(*, unit: Unit, kind: str, content: IO[bytes], name: str, note: str, by: User) -> DocumentTemplate:
    """Check a file and keep it as the next version; it is not in use yet. Raises NotAllowed, TemplateRefused."""
    permissions.may_keep_templates(by).require()
    data = content.read(MAX_BYTES + 1)
    faults = check(KINDS[kind], data, name)
    if faults:
        raise TemplateRefused(faults)
    Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit.pk)
    last = DocumentTemplate.objects.filter(unit=unit, kind=kind).order_by("-number").first()
    number = last.number + 1 if last else 1
    stored = files.store_result(content=io.BytesIO(data), name=f"{files.clean_name(name)}", content_type=DOCX, by=by)
    made = DocumentTemplate(unit=unit, kind=kind, number=number, file=stored, note=note.strip()[:200], uploaded_by=by)
    _save(made, by)
    audit.record("document_template.uploaded", by=by, obj=made, detail={"file": stored.name})
    return made


@transaction.atomic
def put_in_use(*, template: DocumentTemplate, by: User, version: int | None = None) -> DocumentTemplate:
    """Make papers with it from now on, also with an earlier version again.

    Raises NotAllowed, Conflict, NotPossible, and TemplateRefused when it does not pass the check as it is today.
    """
    permissions.may_keep_templates(by).require()
    Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=template.unit_id)
    found = _locked(template, version)
    with found.file.content.open("rb") as file:
        faults = check(KINDS[found.kind], file.read(), found.file.name)
    if faults:
        raise TemplateRefused(faults)
    for earlier in DocumentTemplate.objects.in_use().select_for_update(of=("self",)).filter(unit_id=found.unit_id, kind=found.kind):
        if earlier.pk != found.pk:
            _replace(earlier, by)
    transition = TEMPLATE_TABLE.move(found, "use")
    found.used_by, found.used_at, found.failed_at = by, timezone.now(), None
    _save(found, by)
    audit.record(transition.audit, by=by, obj=found)
    return found


@transaction.atomic
def back_to_default(*, template: DocumentTemplate, by: User, version: int | None = None) -> DocumentTemplate:
    """Make papers with the template of the product again. Raises NotAllowed, Conflict, NotPossible when this one is not in use."""
    permissions.may_keep_templates(by).require()
    found = _locked(template, version)
    if not found.is_in_use:
        raise NotPossible(_("This template is not in use."))
    _replace(found, by)
    return found


@transaction.atomic
def record_failure(*, template: DocumentTemplate, why: str) -> None:
    """Tell the system administrators that a paper was made with the product's template; no word of the paper is kept.

    Nobody waits here: while a pack of forms runs, or the template is just being replaced, the row is locked, and others hand out papers.
    """
    rows = DocumentTemplate.objects.select_related("unit").select_for_update(of=("self",), skip_locked=True)
    found = rows.filter(pk=template.pk).first()
    now = timezone.now()
    if found is None or (found.failed_at is not None and now - found.failed_at < _SILENCE):
        return
    found.failed_at = now
    _save(found, None)
    audit.record("document_template.failed", by=None, obj=found, detail={"why": why})
    text = _("The template “%(template)s” of %(unit)s failed. The paper was made with the built-in template; check and replace it.")
    people = User.objects.filter(is_active=True, admin_role=AdminRole.SYSTEM)
    key = f"document_template:{found.pk}:{timezone.localdate(now).isoformat()}"
    notify(people, kind=_NOTICE, text=text % {"template": found, "unit": found.unit}, url=found.get_absolute_url(), key=key)


def _replace(template: DocumentTemplate, by: User) -> None:
    transition = TEMPLATE_TABLE.move(template, "replace")
    _save(template, by)
    audit.record(transition.audit, by=by, obj=template)


def _locked(template: DocumentTemplate, version: int | None) -> DocumentTemplate:
    return lock(DocumentTemplate.objects.select_related("unit", "file"), template.pk, version=version)


def _save(template: DocumentTemplate, by: User | None) -> None:
    template._history_user = by  # type: ignore[attr-defined]
    template.save()
