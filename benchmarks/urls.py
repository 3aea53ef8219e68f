"""The product's addresses and one more: a signed-in page with nothing on it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

EMPTY = """{% extends request|layout %}
{% block title %}-{% endblock %}
{% block content %}{% block part %}<div id="results"></div>{% endblock %}{% endblock %}"""


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_template().render({}, request))


def _template() -> Any:
    if not _kept:
        _kept.append(engines["django"].from_string(EMPTY))
    return _kept[0]


_kept: list[Any] = []
urlpatterns = [path("benchmarks/empty", empty), path("", include("config.urls"))]
