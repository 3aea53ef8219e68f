"""The interface under /api/v1/: read-only, by token, described by OpenAPI (ADR 0022)."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError

from api import problems
from api.auth import TokenAuth
from api.resources import organisation, powers, results, risks, warnings

endpoint = NinjaAPI(
    title="Lianfang",
    version="1",
    description="Read-only. Every answer holds what the person as whom the token reads may see on that day.",
    urls_namespace="api_v1",
    auth=TokenAuth(),
    openapi_url=None,  # our own page shows it to people who are signed in
    docs_url=None,
)
for module in (organisation, powers, risks, warnings, results):
    endpoint.add_router("", module.router)


@endpoint.exception_handler(problems.Problem)
def _problem(request: HttpRequest, problem: Any) -> HttpResponse:
    return problems.answer(problem.status, problem.title, problem.detail, problem.headers)


@endpoint.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: Any) -> HttpResponse:
    detail = _("Send “Authorization: Bearer …” with a token that is approved and has not run out.")
    return problems.answer(401, "token needed", detail, {"WWW-Authenticate": "Bearer"})


@endpoint.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    wrong = [{"where": ".".join(map(str, fault["loc"])), "what": fault["msg"]} for fault in error.errors]
    return problems.answer(422, "bad request", _("A value is not as the description asks."), errors=wrong)


def described() -> dict[str, Any]:
    """The OpenAPI description; errors are problem details, which Ninja cannot be told."""
    found = endpoint.get_openapi_schema(path_prefix="/api/v1/")
    for verbs in found["paths"].values():
        for status, said in verbs["get"]["responses"].items():
            if int(status) >= 400:
                said["content"] = {problems.TYPE: said["content"]["application/json"]}
    return found


def _patterns() -> list[URLPattern]:
    """Open to whoever has a token, without session. Nothing is written, so there is nothing for the CSRF check to keep out."""
    found = [entry for entry in endpoint.urls[0] if isinstance(entry, URLPattern) and entry.name != "api-root"]
    for pattern in found:
        if pattern.callback is not None:
            login_not_required(pattern.callback)
    return found


urls = (_patterns(), "ninja", endpoint.urls_namespace)
