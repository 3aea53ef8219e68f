"""陈述申辩: what who is warned says for themselves, and the answer, without which nothing is closed (domain §5)."""

from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audit import services as audit
from common import files
from common.errors import DomainError, NotPossible
from common.writes import lock
from early_warnings import committees, limits
from early_warnings.models import LimitedStep, Statement, StatementOutcome, Warning
from early_warnings.permissions import warnings as permissions
from early_warnings.services import moves
from early_warnings.services.settings import settings_of


@transaction.atomic
def state_case(*, warning: Warning, text: str, file: UploadedFile | IO[bytes] | None = None, by: User) -> Statement:
    """Hand in a statement. Raises NotAllowed, DomainError for an empty text or a file that is not what its name says."""
    warning = moves.locked(warning)
    permissions.may_state_case(by, warning).require()
    if not text.strip():
        raise DomainError(_("Write what you have to say."))
    limit = settings_of(warning.unit_id).limit(LimitedStep.STATEMENT)
    statement = Statement(warning=warning, text=text.strip(), by=by, at=timezone.now())
    statement.due_on = limits.due(timezone.localdate(), limit.days, limit.working)
    if file is not None:
        statement.file = files.store(content=file, name=getattr(file, "name", "") or "", by=by)
    statement._history_user = by  # type: ignore[attr-defined]
    statement.save()
    audit.record("warning.stated", by=by, obj=warning, unit_id=warning.unit_id)
    people = [member.person for member in committees.discipline_members(warning)]
    moves.tell(people, warning, _("A statement on a warning waits to be answered."), by)
    return statement


@transaction.atomic
def answer(*, statement: Statement, outcome: str, text: str, by: User, version: int | None = None) -> Statement:
    """Answer a statement once (`StatementOutcome`). Raises NotAllowed, NotPossible, Conflict, DomainError for an empty answer."""
    warning = moves.locked(statement.warning)
    permissions.may_answer(by, warning).require()
    statement = lock(Statement.objects.select_related("by"), statement.pk, version=version)
    if statement.answered_at:
        raise NotPossible(_("The statement has been answered already."))
    if not text.strip():
        raise DomainError(_("Write the answer."))
    statement.outcome, statement.answer = StatementOutcome(outcome), text.strip()
    statement.answered_by, statement.answered_at = by, timezone.now()
    statement._history_user = by  # type: ignore[attr-defined]
    statement.save()
    audit.record("warning.answered", by=by, obj=warning, unit_id=warning.unit_id)
    moves.tell([statement.by], warning, _("Your statement on a warning has been answered."), by)
    return statement
