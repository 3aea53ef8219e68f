"""Addresses under /regrading/: one module a task."""

from django.urls import URLPattern, URLResolver, include, path

from regrading.views import runs

app_name = "regrading"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("regrading.urls.rule_sets")),
    path("", include("regrading.urls.proposals")),
    path("nights/", runs.index, name="runs"),
]
