"""Addresses of the settings of assessment."""

from django.urls import path

from assessments.views import settings

urlpatterns = [
    path("settings/", settings.overview, name="settings"),
    path("settings/indicators/", settings.indicator_sets, name="indicator_sets"),
    path("settings/indicators/new/", settings.indicator_set, name="indicator_set_new"),
    path("settings/indicators/<int:pk>/", settings.indicator_set, name="indicator_set"),
    path("settings/indicators/<int:pk>/close/", settings.indicator_set_close, name="indicator_set_close"),
    path("settings/scales/", settings.scales, name="scales"),
    path("settings/scales/new/", settings.scale, name="scale_new"),
    path("settings/scales/<int:pk>/", settings.scale, name="scale"),
    path("settings/scales/<int:pk>/close/", settings.scale_close, name="scale_close"),
    path("settings/group/<slug:group>/", settings.group, name="settings_group"),
]
