"""Addresses of other areas' pages, as the start page and the search use them."""

from django.urls import NoReverseMatch, reverse


def link(url_name: str, *args: object, query: str = "") -> str:
    """The address, or nothing while no area has made the page (tests/web/test_navigation.py fails then)."""
    try:
        url = reverse(url_name, args=args)
    except NoReverseMatch:
        return ""
    return f"{url}?{query}" if query else url
