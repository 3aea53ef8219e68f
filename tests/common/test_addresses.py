"""Our addresses are Django's."""

import pytest
from django.urls import NoReverseMatch, reverse

from common.addresses import address, address_of


@pytest.mark.parametrize("numbers", [(), (1,), (12, 7), (9_090_909_000,), (2**62, 1)])
def test_it_is_what_django_says(numbers: tuple[int, ...]) -> None:
    name = ("risks:register", "risks:risk", "risks:entry")[len(numbers)]
    for _again in range(2):
        assert address(name, *numbers) == reverse(name, args=numbers)


def test_words_in_an_address() -> None:
    for kind in ("posts", "items", "posts"):
        assert address_of("reporting:dashboard_rows", kind) == reverse("reporting:dashboard_rows", args=[kind])
    assert address_of("reporting:dashboard") == reverse("reporting:dashboard")


def test_a_page_that_is_not_there() -> None:
    with pytest.raises(NoReverseMatch):
        address("risks:no_such_page", 1)
