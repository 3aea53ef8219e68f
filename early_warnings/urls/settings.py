"""Addresses of settings, schemes and dispositions."""

from django.urls import path

from early_warnings.views import settings

urlpatterns = [
    path("settings/", settings.settings, name="settings"),
    path("settings/schemes/", settings.schemes, name="schemes"),
    path("settings/schemes/new/", settings.scheme, name="scheme_new"),
    path("settings/schemes/<int:pk>/", settings.scheme, name="scheme"),
    path("settings/schemes/<int:pk>/close/", settings.scheme_close, name="scheme_close"),
    path("settings/dispositions/", settings.disposition_kinds, name="disposition_kinds"),
    path("settings/dispositions/new/", settings.disposition_kind, name="disposition_kind_new"),
    path("settings/dispositions/<int:pk>/", settings.disposition_kind, name="disposition_kind"),
    path("settings/dispositions/<int:pk>/use/", settings.disposition_kind_use, name="disposition_kind_use"),
]
