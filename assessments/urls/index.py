"""Addresses of the position risk index."""

from django.urls import path

from assessments.views import index

urlpatterns = [
    path("index/", index.index_list, name="index_list"),
    path("index/compute/", index.compute, name="index_compute"),
    path("index/settings/", index.settings, name="index_settings"),
    path("index/<int:pk>/", index.index, name="index"),
]
