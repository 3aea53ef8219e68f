"""Addresses of raters. They bear the key of the assessed, never that of the rater's row, which would name the rater in logs."""

from django.urls import path

from assessments.views import rating

# Below settings.UNTIMED_PATHS.
urlpatterns = [
    path("rating/", rating.rating, name="rating"),
    path("rating/<int:pk>/", rating.rate, name="rate"),
]
