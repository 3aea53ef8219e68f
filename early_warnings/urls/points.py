"""Addresses of points."""

from django.urls import path

from early_warnings.views import point_entries, point_ledger, point_settings, points

urlpatterns = [
    path("points/", points.index, name="points"),
    path("points/mine/", points.mine, name="points_mine"),
    path("points/accounts/<slug:kind>/<int:pk>/", points.account, name="point_account"),
    path("points/waiting/", points.waiting, name="points_waiting"),
    path("points/waiting/confirm/", points.confirm_many, name="points_confirm"),
    path("points/new/", point_entries.new, name="point_new"),
    path("points/entries/<int:pk>/", point_entries.detail, name="point"),
    path("points/entries/<int:pk>/confirm/", point_entries.confirm, name="point_confirm"),
    path("points/entries/<int:pk>/reject/", point_entries.reject, name="point_reject"),
    path("points/entries/<int:pk>/withdraw/", point_entries.withdraw, name="point_withdraw"),
    path("points/entries/<int:pk>/take-back/", point_entries.counter, name="point_counter"),
    path("points/ledger/", point_ledger.ledger, name="points_ledger"),
    path("points/ledger/export/", point_ledger.export, name="points_export"),
    path("points/ledger/export-later/", point_ledger.export_later, name="points_export_later"),
    path("points/behaviours/", point_settings.behaviours, name="point_behaviours"),
    path("points/behaviours/new/", point_settings.behaviour, name="point_behaviour_new"),
    path("points/behaviours/<int:pk>/", point_settings.behaviour, name="point_behaviour"),
    path("points/schemes/", point_settings.schemes, name="point_schemes"),
    path("points/schemes/new/", point_settings.scheme, name="point_scheme_new"),
    path("points/schemes/<int:pk>/", point_settings.scheme, name="point_scheme"),
    path("points/closings/", point_settings.closings, name="point_closings"),
    path("points/closings/close/", point_settings.close, name="point_close"),
    path("points/closings/<int:pk>/", point_settings.closing, name="point_closing"),
]
