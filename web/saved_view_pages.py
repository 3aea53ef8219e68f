"""The verbs of saved views, and the page on which they are renamed and deleted."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from common.htmx import render_page
from common.posted import text
from web import saved_views as services
from web.lists import LISTS, kept_query, list_at
from web.models import SavedView

_LONGEST_ADDRESS = 4000


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All views of the person, by list."""
    lists: dict[str, list[SavedView]] = {}
    for view in SavedView.objects.visible_to(request.user).named().filter(list_key__in=LISTS):
        lists.setdefault(view.list_key, []).append(view)
    sections = [(title, lists[key]) for key, title in LISTS.items() if key in lists]
    return render_page(request, "web/saved_views.html", {"sections": sections})


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what the list at `address` shows under `name`."""
    address = text(request, "address", _LONGEST_ADDRESS)
    list_key, path = list_at(address)
    view = services.save(by=_user(request), list_key=list_key, name=text(request, "name"), query=urlsplit(address).query)
    messages.success(request, _("The view “%(name)s” has been saved.") % {"name": view.name})
    return _to(path, view.query)


@require_POST
def open_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the list at `address` as the view says."""
    view = _mine(request, pk)
    list_key, path = list_at(text(request, "address", _LONGEST_ADDRESS))
    if list_key != view.list_key:
        return redirect("web:saved_views")
    services.open_view(view=view, by=_user(request))
    return _to(path, view.query)


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name."""
    services.rename(view=_mine(request, pk), name=text(request, "name"))
    messages.success(request, _("The view has been renamed."))
    return redirect("web:saved_views")


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer wanted."""
    services.delete(view=_mine(request, pk))
    messages.success(request, _("The view has been deleted."))
    return redirect("web:saved_views")


@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """Remember the columns of the list at `address`; scripts want no page back."""
    address = text(request, "address", _LONGEST_ADDRESS)
    list_key, path = list_at(address)
    known, shown = request.POST.getlist("known")[: services.MOST_COLUMNS], request.POST.getlist("shown")
    services.choose_columns(by=_user(request), list_key=list_key, known=known, shown=shown)
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=204)
    return _to(path, kept_query(urlsplit(address).query))


def _user(request: HttpRequest) -> Any:
    return request.user


def _mine(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.visible_to(request.user).named(), pk=pk)


def _to(path: str, query: str) -> HttpResponseRedirect:
    """`path` has been resolved as a list of ours."""
    return HttpResponseRedirect(f"{path}?{query}" if query else path)
