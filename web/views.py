"""Start page, search over everything one may see, health."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from common.htmx import render_page
from web import health, search_groups, tasks_board


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What must I do, by when, and what did I hand in?"""
    return render_page(request, "web/start.html", {"board": tasks_board.board_for(request.user)})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Risk points, power items, rules, people and forms that the person may see; administrators have no content to search."""
    if request.user.is_administrator:
        raise Http404
    text = request.GET.get("q", "").replace("\x00", "").strip()[: search_groups.MAX_TEXT]
    return render_page(request, "web/search.html", {"text": text, "groups": search_groups.find(request.user, text)})


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while pages can be answered, else 503; the worker's silence and late work are told but are no reason to stop serving."""
    state = health.check()
    words = {True: "ok", False: "down", None: "not heard of"}
    parts = {name: words[getattr(state, name)] for name in ("database", "redis", "worker")}
    parts |= {name: "late" if getattr(state, name) is False else words[getattr(state, name)] for name in ("deliveries", "schedule")}
    return JsonResponse({"status": "ok" if state.serves else "down"} | parts, status=200 if state.serves else 503)


@require_POST
@login_not_required
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and go back; possible before signing in."""
    return django_set_language(request)
