"""Addresses of settings, schemes and dispositions."""

from django.urls import path

from early_warnings.views import settings

urlpatterns = [
    path("settings/", settings.settings, name="settings"),
    path("schemes/", settings.schemes, name="schemes"),
    path("schemes/new/", settings.scheme, name="scheme_new"),
    path("schemes/<int:pk>/", settings.scheme, name="scheme"),
    path("schemes/<int:pk>/close/", settings.scheme_close, name="scheme_close"),
    path("dispositions/kinds/", settings.disposition_kinds, name="disposition_kinds"),
    path("dispositions/kinds/new/", settings.disposition_kind, name="disposition_kind_new"),
    path("dispositions/kinds/<int:pk>/", settings.disposition_kind, name="disposition_kind"),
    path("dispositions/kinds/<int:pk>/use/", settings.disposition_kind_use, name="disposition_kind_use"),
]
