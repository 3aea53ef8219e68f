"""Addresses of talks."""

from django.urls import path

from talks.views import edit, talks

urlpatterns = [
    path("", talks.index, name="index"),
    path("new/", edit.new, name="new"),
    path("limits/", edit.limits, name="limits"),
    path("<int:pk>/", talks.talk, name="talk"),
    path("<int:pk>/paper/", talks.paper, name="paper"),
    path("<int:pk>/change/", edit.change, name="change"),
    path("<int:pk>/record/", edit.record, name="record"),
    path("<int:pk>/record/draft/", edit.draft, name="draft"),
    path("<int:pk>/reply/", edit.reply, name="reply"),
    path("<int:pk>/invite/", talks.invite, name="invite"),
    path("<int:pk>/confirm/", talks.confirm, name="confirm"),
    path("<int:pk>/unsigned/", talks.unsigned, name="unsigned"),
    path("<int:pk>/send-back/", talks.send_back, name="send_back"),
    path("<int:pk>/finish/", talks.finish, name="finish"),
    path("<int:pk>/cancel/", talks.cancel, name="cancel"),
]
