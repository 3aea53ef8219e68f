"""Lists that are given out as files of exactly what is filtered: short ones at once, long ones by a job.

Each list says only what is its own:

    LEDGER = Ledger("points_export", "warnings:points_ledger", title, the_user, _found, partial(audit.record, "points.exported"))
    export, export_later = require_GET(LEDGER.export), require_POST(LEDGER.export_later)

and in `tasks.py` a `@job_kind` of that name that returns `LEDGER.run(job, progress)`. `?format=csv` asks for .csv instead of .xlsx.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common.encrypted import decrypt_text, encrypt_text
from common.models import StoredFile
from common.tablefiles import PARAMETER, download, format_in, write_table
from common.xlsx.writing import Sheet
from jobs import services
from jobs.models import Job
from jobs.registry import Progress
from jobs.workbooks import make_sealed_table, make_table


@dataclass(frozen=True, slots=True)
class Found:
    """The rows as they are to be written (a generator, read while it is written), how many, and what else the trail is to say."""

    sheet: Sheet
    total: int
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ledger:
    """One list. `find` starts from `visible_to` and may raise NotPossible; `record` writes the audit event."""

    kind: str
    page: str
    title: Callable[[], str]
    reader: Callable[[HttpRequest], User]
    find: Callable[[User, QueryDict], Found]
    record: Callable[..., object]
    query: Callable[[HttpRequest], QueryDict] = lambda request: request.GET
    is_sealed: bool = False

    def export(self, request: HttpRequest) -> HttpResponse:
        """Exactly what is filtered, as a file; more than `EXPORT_INLINE_ROWS` are written in the background."""
        user = self.reader(request)
        found = self.find(user, self._asked(request))
        if found.total > settings.EXPORT_INLINE_ROWS:
            messages.info(request, _("This many entries are written in the background: use the button “Export”."))
            return redirect(f"{reverse(self.page)}?{without_format(request.GET).urlencode()}")
        kind, target = format_in(request.GET), BytesIO()
        with transaction.atomic():
            written = write_table(target, found.sheet, kind)
            self.record(by=user, detail={"rows": written, **found.detail})
        return download(target, found.sheet.heading, kind)

    def export_later(self, request: HttpRequest) -> HttpResponse:
        """The same as a job; the file waits under “my files”. What was searched for is kept as the file is."""
        user = self.reader(request)
        query = self._asked(request).urlencode()
        arguments = {"query": encrypt_text(query) if self.is_sealed else query, PARAMETER: format_in(request.GET).value}
        services.start(kind=self.kind, title=self.title(), arguments=arguments, by=user)
        messages.success(request, _("The file is being written. You find it here as soon as it is ready."))
        return redirect("jobs:index")

    def run(self, job: Job, progress: Progress) -> StoredFile:
        """The job: what its owner filtered, as they may see it now."""
        query = job.arguments["query"]
        found = self.find(job.owner, QueryDict(decrypt_text(query) if self.is_sealed else query))
        make = make_sealed_table if self.is_sealed else make_table
        file = make(job, progress, found.sheet, total=found.total, kind=format_in(job.arguments))
        self.record(by=job.owner, detail={**job.report, **found.detail})
        return file

    def _asked(self, request: HttpRequest) -> QueryDict:
        return without_format(self.query(request))


def without_format(data: QueryDict) -> QueryDict:
    """A query without the wish for a format: what is left is the filter."""
    kept = data.copy()
    kept.pop(PARAMETER, None)
    return kept
