"""Statements that are put together once: their answers are of this moment, and they are never mixed up between those who ask."""

import pytest
from django.db.models import Count, Exists

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
