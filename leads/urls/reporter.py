"""Addresses of what has to do with a lead's reporter."""

from django.urls import path

from leads.views import reporter

urlpatterns = [
    path("mine/", reporter.mine, name="mine"),
    path("mine/<uuid:public_id>/", reporter.my_report, name="my_report"),
    path("<uuid:public_id>/ask/", reporter.ask, name="ask"),
    path("<uuid:public_id>/files/", reporter.add_files, name="add_files"),
    path("<uuid:public_id>/files/<int:pk>/", reporter.attachment, name="attachment"),
    path("<uuid:public_id>/identity/", reporter.open_identity, name="open_identity"),
]
