"""Addresses under /organisation/."""

from django.urls import path

from positions.views import organisation as browse
from positions.views import organisation_edit as edit

app_name = "organisation"
urlpatterns = [
    path("", browse.index, name="index"),
    path("people/", browse.people, name="people"),
    path("people/<int:pk>/", browse.person, name="person"),
    path("units/new/", edit.unit_new, name="unit_new"),
    path("units/<int:pk>/", browse.unit, name="unit"),
    path("units/<int:pk>/leadership/", browse.leadership, name="leadership"),
    path("units/<int:pk>/edit/", edit.unit_edit, name="unit_edit"),
    path("units/<int:pk>/departments/new/", edit.department_new, name="department_new"),
    path("units/<int:pk>/leaders/new/", edit.leader_new, name="leader_new"),
    path("units/<int:pk>/bodies/new/", edit.body_new, name="body_new"),
    path("departments/<int:pk>/", browse.department, name="department"),
    path("departments/<int:pk>/edit/", edit.department_edit, name="department_edit"),
    path("departments/<int:pk>/close/", edit.department_close, name="department_close"),
    path("departments/<int:pk>/positions/new/", edit.position_new, name="position_new"),
    path("departments/<int:pk>/charge/", edit.charge, name="charge"),
    path("charges/<int:pk>/end/", edit.charge_end, name="charge_end"),
    path("positions/<int:pk>/edit/", edit.position_edit, name="position_edit"),
    path("positions/<int:pk>/close/", edit.position_close, name="position_close"),
    path("positions/<int:pk>/appoint/", edit.appoint, name="appoint"),
    path("appointments/<int:pk>/end/", edit.appointment_end, name="appointment_end"),
    path("bodies/<int:pk>/", browse.body, name="body"),
    path("bodies/<int:pk>/close/", edit.body_close, name="body_close"),
    path("bodies/<int:pk>/members/new/", edit.member_new, name="member_new"),
    path("memberships/<int:pk>/end/", edit.member_end, name="member_end"),
]
