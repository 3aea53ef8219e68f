"""Addresses of notifications."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/open", views.open_notice, name="open"),
    path("read", views.read_all, name="read_all"),
    path("preferences", views.preferences_page, name="preferences"),
]
