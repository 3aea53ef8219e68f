"""The page of a warning."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from common.htmx import render_page
from early_warnings.models import Warning


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One warning, as far as the reader may see it."""
    warning = get_object_or_404(Warning.objects.visible_to(request.user), pk=pk)
    return render_page(request, "warnings/detail.html", {"warning": warning})
