"""Statements that are put together once: their answers are of this moment, and they are never mixed up between those who ask."""

from typing import Any

import pytest
from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, Exists, Subquery
from django.db.models.functions import Coalesce
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common import prepared
from common.prepared import Given, Prepared, one_of
from positions.models import Unit
from tests.factories.positions import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def questions() -> Prepared:
    def asked():
        found = Unit.objects.filter(one_of("pk", "units"))
        return {"any": Exists(found), "n": found.order_by().values(k=Given("me")).annotate(n=Count("*")).values("n")}

    return Prepared(lambda: User.objects.filter(pk=Given("me")), asked)


def test_the_answer_is_of_this_moment(questions: Prepared) -> None:
    me = UserFactory().pk
    first, second = UnitFactory(), UnitFactory()
    assert questions.ask({"me": me, "units": []}) == {"any": False, "n": None}
    assert questions.ask({"me": me, "units": [first.pk]}) == {"any": True, "n": 1}
    units = [first.pk, second.pk, 2**40]
    for expected in (2, 2, 2, 2, 1):
        if expected == 1:
            second.delete()
        assert questions.ask({"me": me, "units": units})["n"] == expected
    assert questions.ask({"me": 0, "units": units}) == {}
    with pytest.raises(KeyError):
        questions.ask({"me": me})


def test_what_hangs_on_an_empty_list_is_left_out_of_the_statement_and_answered_as_with_nobody_in_the_list() -> None:
    me = UserFactory().pk
    unit = UnitFactory()

    def asked() -> dict[str, Any]:
        either = Unit.objects.filter(one_of("pk", "units") | one_of("pk", "others"))
        return {
            "either": Exists(either),
            "both": Exists(either.filter(one_of("pk", "others"))),
            "neither": Exists(Unit.objects.exclude(one_of("pk", "units"))),
            "none": ~Exists(Unit.objects.filter(one_of("pk", "units"))),
            "names": ArraySubquery(either.order_by("pk").values("name")),
            "n": Coalesce(Subquery(either.order_by().values(k=Given("me")).annotate(n=Count("*")).values("n")), 0),
        }

    questions = Prepared(lambda: User.objects.filter(pk=Given("me")), asked)

    def asks(**lists: list[int]) -> tuple[dict[str, Any], str]:
        with CaptureQueriesContext(connection) as queries:
            found = questions.ask({"me": me} | lists)
        return found | {"names": found["names"] or []}, queries[0]["sql"]

    for others in ([], [unit.pk]):
        found, statement = asks(units=[], others=others)
        long, whole = asks(units=[-1], others=others or [-1])
        assert found == long
        assert len(statement) < len(whole)
    assert asks(units=[unit.pk], others=[])[0] == {
        "either": True,
        "both": False,
        "neither": False,
        "none": False,
        "names": [unit.name],
        "n": 1,
    }


def test_each_asker_has_a_statement_of_their_own() -> None:
    one, other = UnitFactory(), UnitFactory()

    def names(unit: Unit) -> list[tuple[str]]:
        return prepared.rows("test.names", unit.pk, lambda: Unit.objects.filter(pk=unit.pk).values_list("name"))

    assert (names(one), names(other), names(one)) == ([(one.name,)], [(other.name,)], [(one.name,)])
    Unit.objects.filter(pk=one.pk).update(name="改名后的单位")
    assert names(one) == [("改名后的单位",)]
    assert prepared.rows("test.none", 1, lambda: Unit.objects.none().values_list("name")) == []


def test_a_statement_that_asks_while_it_is_put_together_is_refused() -> None:
    with pytest.raises(RuntimeError):
        prepared.rows("test.asks", 1, lambda: Unit.objects.filter(pk__in=set(Unit.objects.values_list("pk", flat=True))).values_list("pk"))


def test_it_counts_among_the_queries(questions: Prepared, django_assert_num_queries) -> None:
    me = UserFactory().pk
    with django_assert_num_queries(1):
        questions.ask({"me": me, "units": [1]})


def test_rows_planned_anew_are_of_this_moment_and_of_the_values_given() -> None:
    first, second = UnitFactory(), UnitFactory()

    def units() -> Any:
        return Unit.objects.filter(one_of("pk", "units")).order_by("pk").values_list("pk", "name")

    def asked(*wanted: Unit) -> list[tuple[Any, ...]]:
        return prepared.rows_planned_anew("test.anew", "me", units, units=[unit.pk for unit in wanted])

    for _again in range(4):
        assert asked(first, second) == [(first.pk, first.name), (second.pk, second.name)]
        assert asked(second) == [(second.pk, second.name)]
    Unit.objects.filter(pk=second.pk).update(name="改名")
    assert asked(second) == [(second.pk, "改名")]
    assert prepared.rows_planned_anew("test.anew", "nobody", lambda: Unit.objects.none().values_list("pk")) == []


def test_rows_planned_anew_may_not_ask_while_they_are_put_together() -> None:
    def asks() -> Any:
        return Unit.objects.filter(pk__in=list(Unit.objects.values_list("pk", flat=True))).values_list("pk")

    with pytest.raises(RuntimeError):
        prepared.rows_planned_anew("test.asks", "me", asks)


def test_names_become_numbers_each_sent_once() -> None:
    asked = "SELECT %(b)s::int, %(a)s::int, %(b)s::int, 'x%%' LIKE 'x%%', %(me)s::bigint"
    statement, parameters = prepared.numbered_by_name(asked, {"a": 1, "b": 2, "me": prepared.Blank("who"), "unused": 9})
    assert statement == "SELECT $1::int, $2::int, $1::int, 'x%' LIKE 'x%', $3::bigint"
    with prepared.cursor(numbered=True) as asking:
        for who in (7, 2**40, 7):
            asking.execute(statement, prepared.values({"who": who}, parameters))
            assert asking.fetchone() == (2, 1, 2, True, who)
