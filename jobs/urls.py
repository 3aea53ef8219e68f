"""Addresses of jobs."""

from django.urls import path

from jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/cancel", views.cancel, name="cancel"),
    path("<int:pk>/download", views.download, name="download"),
]
