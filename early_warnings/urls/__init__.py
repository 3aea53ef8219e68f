"""Addresses under /warnings/: one module a task."""

from django.urls import URLPattern, URLResolver

app_name = "warnings"
urlpatterns: list[URLPattern | URLResolver] = []
