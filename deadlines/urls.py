"""Addresses under /deadlines/."""

from django.urls import path

from deadlines import views

app_name = "deadlines"
urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("settings/<slug:code>/", views.kind, name="kind"),
    path("settings/<slug:code>/default/", views.reset, name="reset"),
    path("ledger/", views.ledger, name="ledger"),
]
