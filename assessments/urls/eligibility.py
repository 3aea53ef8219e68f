"""Addresses of eligibility checks and of restrictions."""

from django.urls import path

from assessments.views import eligibility, restrictions

urlpatterns = [
    path("eligibility/", eligibility.eligibility, name="eligibility"),
    path("eligibility/new/", eligibility.new, name="eligibility_new"),
    path("eligibility/template/", eligibility.template, name="eligibility_template"),
    path("eligibility/settings/", eligibility.settings, name="eligibility_settings"),
    path("eligibility/<int:pk>/", eligibility.check, name="eligibility_check"),
    path("eligibility/<int:pk>/export/", eligibility.export, name="eligibility_export"),
    path("restrictions/", restrictions.restrictions, name="restrictions"),
    path("restrictions/<int:pk>/lift/", restrictions.lift, name="restriction_lift"),
]
