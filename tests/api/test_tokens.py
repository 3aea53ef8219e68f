"""Tokens: asked for by one, approved by another, ended by either; what they read is what the person may see (ADR 0022)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AdminRole, User
from api import services
from api.models import ApiToken, Resource
from audit.models import AuditEvent
from common.errors import DomainError, NotAllowed
from notifications.models import Notice
from risks.models import RiskPoint
from tests.factories.organisation import administrators, small_unit
from tests.risks.register_helpers import imported

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> dict[str, User]:
    return administrators()


@pytest.fixture
def holder() -> User:
    """Somebody with one point in the register."""
    return holder_of(imported(small_unit()))


def holder_of(point: RiskPoint) -> User:
    assert point.direct_holder
    return point.direct_holder


def ask(three: dict[str, User], holder: User, *resources: str, days: int = 30) -> ApiToken:
    return services.request(
        by=three[AdminRole.SYSTEM],
        name="数据共享平台",
        purpose="汇总廉政风险数据",
        holder=holder,
        resources=resources or Resource.values,
        expires_on=timezone.localdate() + timedelta(days=days),
    )


def use(secret: str, address: str = "/api/v1/risks") -> Any:
    return Client().get(address, headers={"authorization": f"Bearer {secret}"})


def test_a_token_reads_only_after_the_person_has_approved_it_and_never_shows_its_secret_again(three: dict[str, User], holder: User) -> None:
    token = ask(three, holder)
    assert Notice.objects.filter(person=holder, kind="token").count() == 1
    with pytest.raises(NotAllowed):
        services.approve(token=token, by=three[AdminRole.SYSTEM])
    approved, secret = services.approve(token=token, by=holder)
    assert use(secret).status_code == 200
    assert secret not in str(list(ApiToken.objects.values()) + list(ApiToken.history.values()) + list(AuditEvent.objects.values()))
    assert approved.hint == secret[-4:]


@pytest.mark.parametrize("change", ["revoked", "expired", "disabled", "administrator", "other word"])
def test_a_token_ends_with(three: dict[str, User], holder: User, change: str) -> None:
    token, secret = services.approve(token=ask(three, holder), by=holder)
    if change == "revoked":
        services.revoke(token=token, by=three[AdminRole.SECURITY], reason="系统下线")
    elif change == "expired":
        ApiToken.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    elif change == "disabled":
        User.objects.filter(pk=holder.pk).update(is_active=False)
    elif change == "administrator":
        User.objects.filter(pk=holder.pk).update(admin_role=AdminRole.AUDIT)
    answer = use(secret + "x" if change == "other word" else secret)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_session_is_no_token(three: dict[str, User], holder: User) -> None:
    client = Client()
    client.force_login(holder)
    assert client.get("/api/v1/risks").status_code == 401


@pytest.mark.parametrize(
    ("who", "resources", "until", "message"),
    [
        ("staff", [], 30, "请选择"),
        ("staff", ["leads"], 30, "请选择"),
        ("staff", ["risks"], 400, "一年"),
        ("staff", ["risks"], -1, "一年"),
        ("administrator", ["risks"], 30, "管理员"),
    ],
)
def test_what_is_asked_for_wrongly_is_refused(
    three: dict[str, User], holder: User, who: str, resources: list[str], until: int, message: str
) -> None:
    reads_as = holder if who == "staff" else three[AdminRole.AUDIT]
    day = timezone.localdate() + timedelta(days=until)
    with pytest.raises(DomainError, match=message):
        services.request(by=three[AdminRole.SYSTEM], name="平台", purpose="汇总", holder=reads_as, resources=resources, expires_on=day)
    assert not ApiToken.objects.exists()


def test_only_the_system_administrator_asks(three: dict[str, User], holder: User) -> None:
    for person in (holder, three[AdminRole.SECURITY], three[AdminRole.AUDIT]):
        with pytest.raises(NotAllowed):
            services.request(by=person, name="平台", purpose="汇总", holder=holder, resources=["risks"], expires_on=date.max)


def test_a_resource_that_was_not_granted_is_refused(three: dict[str, User], holder: User) -> None:
    _token, secret = services.approve(token=ask(three, holder, "organisation"), by=holder)
    assert use(secret, "/api/v1/units").status_code == 200
    assert use(secret, "/api/v1/risks").status_code == 403
    assert use(secret, "/api/v1/risks").json()["title"] == "resource not granted"


def test_the_use_is_audited_once_a_day(three: dict[str, User], holder: User) -> None:
    _token, secret = services.approve(token=ask(three, holder), by=holder)
    for _n in range(3):
        use(secret)
    assert AuditEvent.objects.filter(action="token.used").count() == 1
    assert ApiToken.objects.get().last_used_on == timezone.localdate()


def test_more_than_so_many_a_minute_are_turned_away(three: dict[str, User], holder: User, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 3
    _token, secret = services.approve(token=ask(three, holder), by=holder)
    statuses = {use(secret).status_code for _n in range(8)}  # eight in two minutes at most: one minute has four
    assert 429 in statuses
    refused = next(answer for answer in (use(secret) for _n in range(5)) if answer.status_code == 429)
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_pages_follow_one_another_without_gap_or_repetition(three: dict[str, User]) -> None:
    unit = small_unit()
    points = [imported(unit, f"审批时违规放宽条件之{n}") for n in range(5)]
    holder = holder_of(points[0])
    _token, secret = services.approve(token=ask(three, holder), by=holder)
    seen, after = [], 0
    while after is not None:
        answer = use(secret, f"/api/v1/risks?limit=2&after={after}").json()
        seen += [item["id"] for item in answer["items"]]
        after = answer["next"]
    assert seen == [point.pk for point in points]


def test_a_token_sees_exactly_what_its_person_sees(three: dict[str, User]) -> None:
    unit = small_unit()
    own, colleague, other = imported(unit), imported(unit, "擅自泄露标底", post="s1"), imported(unit, "截留专项资金", department=2)
    sees = {
        unit.departments[1].staff[0]: {own},
        unit.departments[1].staff[1]: {colleague},
        unit.departments[1].head: {own, colleague},
        unit.departments[2].staff[0]: {other},
        unit.head: {own, colleague, other},
    }
    for holder, points in sees.items():
        _token, secret = services.approve(token=ask(three, holder), by=holder)
        assert {item["id"] for item in use(secret, "/api/v1/risks").json()["items"]} == {point.pk for point in points}
        for point in (own, colleague, other):
            assert use(secret, f"/api/v1/risks/{point.pk}").status_code == (200 if point in points else 404)
            told = use(secret, f"/api/v1/measures?risk_id={point.pk}").json()["items"]
            assert [measure["text"] for measure in told] == (["双人复核"] if point in points else [])


@pytest.mark.parametrize(
    "wrong", ["limit=0", "limit=201", "limit=x", "after=-1", f"after={2**63}", "unit=cnny", "unit=%00", "severity=high", "retired=maybe"]
)
def test_a_wrong_value_is_refused_and_named(three: dict[str, User], holder: User, wrong: str) -> None:
    _token, secret = services.approve(token=ask(three, holder), by=holder)
    answer = use(secret, f"/api/v1/risks?{wrong}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"].endswith(wrong.split("=", maxsplit=1)[0])
