"""Addresses under /talks/: one module a task."""

from django.urls import URLPattern, URLResolver

app_name = "talks"
urlpatterns: list[URLPattern | URLResolver] = []
