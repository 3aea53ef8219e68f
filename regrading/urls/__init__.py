"""Addresses under /regrading/: one module a task."""

from django.urls import URLPattern, URLResolver

app_name = "regrading"
urlpatterns: list[URLPattern | URLResolver] = []
