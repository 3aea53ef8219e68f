"""“My files and jobs”: what runs for me, what is ready, until when it is kept."""

from io import BytesIO

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common import files
from common.encrypted import open_sealed
from common.htmx import render_page
from common.tablefiles import format_in
from jobs import services
from jobs.models import Job

PAGE = 20


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The person's jobs, newest first; the part asks for itself again while something is unfinished."""
    mine = Job.objects.visible_to(request.user).select_related("file")
    page = Paginator(mine, PAGE).get_page(request.GET.get("page"))
    rows = [{"job": job, "cancel": _cancel_action(job)} for job in page]
    return render_page(request, "jobs/index.html", {"page": page, "rows": rows, "is_busy": any(j.is_unfinished for j in page)})


def _cancel_action(job: Job) -> dict[str, object] | None:
    if not job.is_unfinished:
        return None
    return {
        "label": _("Cancel"),
        "url": reverse("jobs:cancel", args=[job.pk]),
        "allowed": not job.cancel_asked,
        "reason": _("It stops at its next step."),
        "confirm": _("“%(title)s” will be stopped. Nothing of it is kept.") % {"title": job.title},
    }


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop one of one's own jobs."""
    services.cancel(job=get_object_or_404(Job.objects.visible_to(request.user), pk=pk), by=request.user)
    return redirect("jobs:index")


@require_GET
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The finished file, for its owner, while it is kept."""
    job = get_object_or_404(Job.objects.visible_to(request.user).select_related("file"), pk=pk)
    if job.file is None:
        raise Http404
    if job.is_sealed:
        content, kind = BytesIO(open_sealed(job.file)), format_in(job.arguments).content_type
        return FileResponse(content, as_attachment=True, filename=job.file_name, content_type=kind)
    return files.response(job.file)
