"""Order and page of a table from the address: what the address says is a wish, never more rows than a page has."""

from django.conf import settings
from django.core.paginator import EmptyPage
from django.http import HttpRequest
from django_tables2 import Table

_LONGEST_NUMBER = 9


def configure(request: HttpRequest, table: Table, per_page: int = 0) -> None:
    """Sort by the columns asked for, as far as there are such, and cut the page (of the usual size unless said); beyond the last one it is
    the last.

    django-tables2's own RequestConfig lets visitors choose the number of rows, also a negative one.
    """
    table.request = request
    names = set(table.columns.names())
    wanted = [name for name in request.GET.getlist(table.prefixed_order_by_field) if name.removeprefix("-") in names]
    if wanted:
        table.order_by = wanted
    text = request.GET.get(table.prefixed_page_field, "")
    page = int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else 1
    try:
        table.paginate(page=max(page, 1), per_page=per_page or settings.PAGE_SIZE)
    except EmptyPage:
        table.page = table.paginator.page(table.paginator.num_pages)
