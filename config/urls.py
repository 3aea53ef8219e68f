"""Every address. An app's own are in its urls.py; each route has its line in tests/permission_matrix.csv."""

from django.urls import include, path

from api.endpoint import urls as api_urls
from web.views import set_language

urlpatterns = [
    path("language/", set_language, name="set_language"),
    path("", include("web.urls")),
    path("accounts/", include("accounts.urls")),
    path("audit/", include("audit.urls")),
    path("notices/", include("notifications.urls")),
    path("files/", include("jobs.urls")),
    path("schedule/", include("jobs.urls_schedule")),
    path("organisation/", include("positions.urls.organisation")),
    path("powers/", include("positions.urls.powers")),
    path("risks/", include("risks.urls")),
    path("talks/", include("talks.urls")),
    path("deadlines/", include("deadlines.urls")),
    path("leads/", include("leads.urls")),
    path("warnings/", include("early_warnings.urls")),
    path("assessments/", include("assessments.urls")),
    path("regrading/", include("regrading.urls")),
    path("education/", include("education.urls")),
    path("reports/", include("reporting.urls")),
    path("interfaces/", include("api.urls")),
    path("api/v1/", api_urls),
]
