"""Addresses of grading."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
