"""Addresses of rounds, their people and raters."""

from django.urls import path

from assessments.views import raters, rounds

urlpatterns = [
    path("rounds/", rounds.index, name="rounds"),
    path("rounds/new/", rounds.new, name="round_new"),
    path("rounds/<int:pk>/", rounds.detail, name="round"),
    path("rounds/<int:pk>/days/", rounds.days, name="round_days"),
    path("rounds/<int:pk>/propose/", rounds.propose, name="round_propose"),
    path("rounds/<int:pk>/open/", rounds.open_rating, name="round_open"),
    path("rounds/<int:pk>/close/", rounds.close_rating, name="round_close"),
    path("rounds/<int:pk>/cancel/", rounds.cancel, name="round_cancel"),
    path("rounds/<int:pk>/people/", rounds.people, name="people"),
    path("rounds/<int:pk>/people/add/", rounds.add_people, name="people_add"),
    path("rounds/<int:pk>/people/change/", rounds.change_people, name="people_change"),
    path("rounds/raters/<int:pk>/", raters.detail, name="raters"),
    path("rounds/raters/<int:pk>/add/", raters.add, name="raters_add"),
    path("rounds/raters/<int:pk>/propose/", raters.propose, name="raters_propose"),
    path("rounds/raters/<int:pk>/change/", raters.change, name="raters_change"),
]
