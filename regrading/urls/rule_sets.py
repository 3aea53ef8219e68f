"""Addresses of rule sets and their try-out."""

from django.urls import path

from regrading.views import rule_sets, what_if

urlpatterns = [
    path("rules/", rule_sets.index, name="rule_sets"),
    path("rules/new/", rule_sets.new, name="rule_set_new"),
    path("rules/<int:pk>/", rule_sets.detail, name="rule_set"),
    path("rules/<int:pk>/edit/", rule_sets.edit, name="rule_set_edit"),
    path("rules/<int:pk>/examples/", rule_sets.examples, name="rule_set_examples"),
    path("rules/<int:pk>/switch-on/", rule_sets.switch_on, name="rule_set_switch_on"),
    path("rules/<int:pk>/drop/", rule_sets.drop, name="rule_set_drop"),
    path("rules/<int:pk>/what-if/", what_if.page, name="what_if"),
    path("rules/<int:pk>/what-if/start/", what_if.start, name="what_if_start"),
    path("rules/<int:pk>/what-if/points/", what_if.points, name="what_if_points"),
]
