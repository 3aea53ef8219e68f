"""Addresses under /leads/: one module a task."""

from django.urls import include, path

app_name = "leads"
urlpatterns = [
    path("public/", include("leads.urls.public")),
    path("", include("leads.urls.reporter")),
    path("", include("leads.urls.ledger")),
    path("", include("leads.urls.desk")),
]
