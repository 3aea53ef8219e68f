"""Addresses of campaigns."""

from django.urls import path

from risks.views import campaigns

urlpatterns = [
    path("", campaigns.index, name="campaigns"),
    path("new/", campaigns.new, name="campaign_new"),
    path("<int:pk>/", campaigns.campaign, name="campaign"),
    path("<int:pk>/edit/", campaigns.edit, name="campaign_edit"),
    path("<int:pk>/start/", campaigns.start, name="campaign_start"),
    path("<int:pk>/open-missing/", campaigns.open_missing, name="campaign_open_missing"),
    path("<int:pk>/remind/", campaigns.remind, name="campaign_remind"),
    path("<int:pk>/close/", campaigns.close, name="campaign_close"),
    path("<int:pk>/coverage/", campaigns.coverage, name="coverage"),
]
