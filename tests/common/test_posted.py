"""The version a form was opened with never lets a form through unguarded by being no number."""

import pytest
from django.test import RequestFactory

from common.posted import version


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({}, None),
        ({"version": ""}, None),
        ({"version": "7"}, 7),
        ({"version": "x"}, 0),
        ({"version": "-1"}, 0),
        ({"version": "9" * 12}, 0),
        ({"version": "٣"}, 0),
    ],
)
def test_version(sent, read):
    assert version(RequestFactory().post("/", sent)) == read
