"""Addresses of the ledger and the catalogue of signs."""

from django.urls import path

from leads.views import ledger, signs

urlpatterns = [
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/export/", ledger.export, name="ledger_export"),
    path("ledger/export/later/", ledger.export_later, name="ledger_export_later"),
    path("signs/", signs.signs, name="signs"),
    path("signs/new/", signs.add, name="sign_add"),
    path("signs/<int:pk>/edit/", signs.edit, name="sign_edit"),
    path("signs/<int:pk>/switch/", signs.switch, name="sign_switch"),
]
