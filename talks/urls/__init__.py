"""Addresses under /talks/: one module a task."""

from django.urls import include, path

app_name = "talks"
urlpatterns = [path("", include("talks.urls.talks"))]
