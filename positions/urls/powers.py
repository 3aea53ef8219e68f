"""Addresses of the powers pages."""

from django.urls import URLPattern

app_name = "powers"
urlpatterns: list[URLPattern] = []
