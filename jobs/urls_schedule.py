"""Addresses of the work of the clock."""

from django.urls import path

from jobs import views_schedule as views

app_name = "schedule"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:name>/", views.detail, name="detail"),
    path("<str:name>/run", views.run, name="run"),
]
