"""Start page, search, health."""

from django.urls import path

from web import views

app_name = "web"
urlpatterns = [
    path("", views.start, name="start"),
    path("search", views.search, name="search"),
    path("healthz", views.healthz, name="healthz"),
]
