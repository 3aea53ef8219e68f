"""Pages under /interfaces/; the interface itself lies under /api/v1/ (api.endpoint)."""

from django.urls import path

from api import views

app_name = "api"
urlpatterns = [
    path("", views.tokens, name="tokens"),
    path("new/", views.create, name="create"),
    path("<int:pk>/", views.token, name="token"),
    path("<int:pk>/approve/", views.approve, name="approve"),
    path("<int:pk>/revoke/", views.revoke, name="revoke"),
    path("description/", views.description, name="description"),
    path("openapi.json", views.openapi, name="openapi"),
]
