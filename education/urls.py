"""Addresses under /education/."""

from django.urls import path

from education import views

app_name = "education"
urlpatterns = [
    path("mottos/", views.mottos, name="mottos"),
    path("mottos/new/", views.add, name="mottos_add"),
    path("mottos/<int:pk>/", views.motto, name="motto"),
    path("mottos/<int:pk>/switch/", views.switch, name="motto_switch"),
]
