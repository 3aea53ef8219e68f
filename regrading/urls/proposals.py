"""What is proposed and decided, and what only the discipline committee finds."""

from django.urls import path

from regrading.views import confidential, proposals

urlpatterns = [
    path("proposals/", proposals.index, name="proposals"),
    path("proposals/decide/", proposals.decide, name="proposals_decide"),
    path("matters/", confidential.index, name="confidential"),
    path("matters/decide/", confidential.decide, name="confidential_decide"),
    path("matters/<int:pk>/", confidential.finding, name="confidential_finding"),
    path("matters/<int:pk>/forward/", confidential.forward, name="confidential_forward"),
    path("matters/<int:pk>/set-aside/", confidential.set_aside, name="confidential_set_aside"),
]
