"""Addresses under /warnings/: one module a task."""

from django.urls import include, path

app_name = "warnings"
urlpatterns = [
    path("", include("early_warnings.urls.warnings")),
    path("", include("early_warnings.urls.points")),
    path("", include("early_warnings.urls.settings")),
]
