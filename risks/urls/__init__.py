"""Addresses under /risks/: one module a task."""

from django.urls import include, path

app_name = "risks"
urlpatterns = [
    path("campaigns/", include("risks.urls.campaigns")),
    path("forms/", include("risks.urls.forms")),
    path("review/", include("risks.urls.review")),
    path("grading/", include("risks.urls.grading")),
    path("register/", include("risks.urls.register")),
]
