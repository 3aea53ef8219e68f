"""Addresses under /assessments/: one module a task."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "assessments"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("assessments.urls.eligibility")),
    path("", include("assessments.urls.rating")),
    path("", include("assessments.urls.index")),
    path("", include("assessments.urls.rounds")),
    path("", include("assessments.urls.results")),
    path("", include("assessments.urls.settings")),
    path("", include("assessments.urls.surveys")),
]
