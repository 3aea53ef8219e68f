"""The same strict headers on every answer, whatever it is (quality.md: headers)."""

import pytest
from django.test import Client

from tests.factories.positions import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.failing_urls")]

# By hand, not read from the code: what an answer must carry.
STRICT = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
LOGIN = "/accounts/login/"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", LOGIN, 200),
        ("HEAD", LOGIN, 200),
        ("GET", "/", 302),
        ("GET", "/accounts/login", 301),
        ("POST", LOGIN, 403),  # without a CSRF token
        ("GET", "/fails/403", 403),
        ("GET", "/fails/not-allowed", 403),
        ("GET", "/nowhere", 404),
        ("GET", "/static/nothing.css", 404),
        ("PUT", LOGIN, 405),
        ("OPTIONS", LOGIN, 405),
        ("GET", "/fails/not-possible", 409),
        ("GET", "/fails/conflict", 409),
        ("GET", "/fails/500", 500),
        ("GET", "/healthz", 200),
        ("GET", "/static/css/base.css", 200),
    ],
)
def test_every_answer_is_strict(method, path, status):
    response = Client(enforce_csrf_checks=True, raise_request_exception=False).generic(method, path)
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in STRICT} == STRICT
    if not path.startswith("/static/"):
        assert response.headers["Cache-Control"] == "no-store"
    if response.streaming:
        list(response.streaming_content)  # type: ignore[attr-defined] # closes the file


def test_a_strange_host_is_refused_as_strictly():
    response = Client(raise_request_exception=False).get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert {name: response.headers.get(name) for name in STRICT} == STRICT


def test_an_unexpected_error_tells_nothing():
    response = Client(raise_request_exception=False).get("/fails/500")
    assert "secret" not in response.content.decode()


def test_what_one_may_not_see_answers_like_what_does_not_exist(client):
    client.force_login(UserFactory())
    assert client.get("/files/999999/download").status_code == client.get("/nowhere").status_code == 404


class TestConflict:
    """A stale form loses nothing."""

    TYPED = {
        "title": "超范围采购办公用品",
        "level_of": "position",
        "content": "第一行\r\n第二行",
        "csrfmiddlewaretoken": "x",
        "password": "密码不能出现",
    }

    def test_the_page_gives_back_what_was_typed(self, client):
        client.force_login(UserFactory())
        response = client.post("/fails/conflict", self.TYPED)
        text = response.content.decode()
        assert response.status_code == 409
        assert "他人已修改。" in text
        assert "超范围采购办公用品\n\n第一行\r\n第二行</textarea>" in text
        assert "密码不能出现" not in text

    def test_autosave_gets_json(self, client):
        client.force_login(UserFactory())
        response = client.post("/fails/conflict", self.TYPED, headers={"X-Autosave": "1"})
        assert (response.status_code, response.json()) == (409, {"message": "他人已修改。"})

    def test_a_part_gets_a_part(self, client):
        client.force_login(UserFactory())
        text = client.post("/fails/not-possible", headers={"HX-Request": "true"}).content.decode()
        assert "已经提交。" in text
        assert "<html" not in text
