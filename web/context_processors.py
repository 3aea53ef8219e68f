"""What every page shows around its content. Computed only when a template asks, so htmx parts cost nothing."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.models import AdminRole, User
from common.context import current
from notifications.models import Notice
from positions.models import Appointment
from positions.scopes import scope_of
from web import saved_views
from web.lists import LISTS
from web.navigation import navigation

PRIMARY = 4  # items in the bar of phones
SHOWN_UNREAD = 99


def page(request: HttpRequest) -> dict[str, Any]:
    """Navigation, search, notices and who is signed in; for others only the number of the request."""
    facts = {"request_id": current.get().request_id}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return facts
    nav = SimpleLazyObject(lambda: navigation(scope_of(user), request.path))
    match = request.resolver_match
    list_key = match.view_name if match and match.view_name in LISTS else ""
    about: Any = SimpleLazyObject(lambda: _about(user, list_key))
    return facts | {
        "nav": nav,
        "nav_primary": SimpleLazyObject(lambda: [item for item in nav if item["primary"]][:PRIMARY]),
        "shell": SimpleLazyObject(lambda: _shell(request, user, about)),
        "remembered": SimpleLazyObject(lambda: _saved(request, about)) if list_key else None,
    }


def _saved(request: HttpRequest, row: Mapping[str, Any]) -> saved_views.Remembered:
    return saved_views.remembered(row["views"], address=request.get_full_path(), query=request.GET.urlencode())


def _shell(request: HttpRequest, user: User, row: Mapping[str, Any]) -> dict[str, Any]:
    is_content_reader = not user.is_administrator
    return {
        "home_url": reverse("web:start"),
        "unit_name": row["unit_name"] or "",
        "search_url": reverse("web:search") if is_content_reader else "",
        "search_text": request.GET.get("q", "") if request.path == reverse("web:search") else "",
        "notices_url": reverse("notifications:index"),
        "unread": row["unread"],
        "unread_text": f"{SHOWN_UNREAD}+" if row["unread"] > SHOWN_UNREAD else str(row["unread"]),
        "post": AdminRole(user.admin_role).label if user.is_administrator else row["post"] or "",
        "user_menu": [
            {"label": _("My files"), "url": reverse("jobs:index"), "icon": "folder"},
            {"label": _("How I am told"), "url": reverse("notifications:preferences"), "icon": "bell"},
            {"label": _("Interface for other systems"), "url": reverse("api:tokens"), "icon": "plug"},
        ],
    }


def _about(user: User, list_key: str) -> dict[str, Any]:
    """Unit and main post in force, how many notices are unread, and the saved views of the list shown: one query."""
    posts: QuerySet[Any] = Appointment.objects.in_force().filter(person=OuterRef("pk")).order_by("-is_main", "position__order", "pk")
    unread = Notice.objects.filter(person=OuterRef("pk"), read_at=None).order_by().values("person").annotate(n=Count("*")).values("n")
    row = User.objects.values(
        unit_name=Subquery(posts.values("position__unit__name")[:1]),
        post=Subquery(posts.values("position__name")[:1]),
        unread=Coalesce(Subquery(unread), 0),
        **({"views": saved_views.rows_of(list_key)} if list_key else {}),
    ).get(pk=user.pk)
    return dict(row)
