"""Views of reporters: their files never touch the disk in the clear, their name never the audit trail."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.debug import sensitive_post_parameters

from leads.forms.uploads import InMemoryUploads

View = Callable[..., HttpResponse]


def sealed_uploads(view: View) -> View:
    """Uploads stay in memory until they are sealed, and nothing that was sent stands in an error report."""
    guarded = csrf_protect(view)

    @csrf_exempt  # checked by `guarded`: Django's check reads the upload, and must find our handler in place
    @sensitive_post_parameters()
    @wraps(view)
    def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [InMemoryUploads(request)]
        return guarded(request, *args, **kwargs)

    outer.checks_csrf = True  # type: ignore[attr-defined] # read by tests/test_architecture.py
    return outer


def unnamed(view: View) -> View:
    """What is refused or fails here is recorded without the person: who is on these pages is a reporter (ADR 0010)."""

    @wraps(view)
    def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.is_unnamed = True  # type: ignore[attr-defined] # read by audit.middleware
        return view(request, *args, **kwargs)

    return outer
