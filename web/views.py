"""Start page and health."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def start(request: HttpRequest) -> HttpResponse:
    """What must I do, by when, and what did I hand in?"""
    return render(request, "web/start.html")


@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the process serves and reaches the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
