"""One warning, its steps and what belongs to it."""

from django.urls import path

from early_warnings.views import cases

urlpatterns = [
    path("<int:pk>/", cases.detail, name="detail"),
]
