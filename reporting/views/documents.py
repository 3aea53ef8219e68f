"""Papers to print: the three forms as Word documents."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from reporting.documents.forms import DOCX, form_file, form_file_name
from risks.models import Declaration


@require_GET
def form_document(request: HttpRequest, pk: int) -> HttpResponse:
    """The form as it prints on paper, for everybody who may read it."""
    declaration = get_object_or_404(
        Declaration.objects.visible_to(request.user).select_related("unit", "department", "position", "declarant", "campaign"), pk=pk
    )
    response = HttpResponse(form_file(declaration).getvalue(), content_type=DOCX)
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=form_file_name(declaration)) or ""
    return response
