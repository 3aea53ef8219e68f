"""Addresses of other areas' pages, as the start page and the search use them."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from common.addresses import address


def link(url_name: str, *args: Any, query: str = "") -> str:
    """The address, or nothing while no area has made the page (tests/web/test_navigation.py fails then)."""
    try:
        url = address(url_name, *args) if all(type(one) is int for one in args) else reverse(url_name, args=args)
    except NoReverseMatch:
        return ""
    return f"{url}?{query}" if query else url
