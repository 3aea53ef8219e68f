"""What our markup makes is what Django's format_html makes."""

from typing import Any

from django.utils.functional import lazystr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from common.markup import markup, markup_of_all


class Own:
    def __html__(self) -> str:
        return "<i>own</i>"


class Spoken:
    def __str__(self) -> str:
        return "<b>&'\"</b>"


texts = st.text(alphabet=st.sampled_from("<>&'\"{}廉 a"), max_size=12)
values: st.SearchStrategy[Any] = st.one_of(
    texts,
    texts.map(mark_safe),
    texts.map(lazystr),
    texts.map(lambda text: lazystr(mark_safe(text))),
    st.integers(),
    st.none(),
    st.sampled_from([Own(), Spoken(), gettext_lazy("Risk points"), 1.5, True]),
)


@given(values, values, values)
def test_it_is_what_django_makes(a: Any, b: Any, c: Any) -> None:
    pattern = '<p class="{}">{} {}</p>'
    made = markup(pattern, a, b, c)
    assert type(made) is SafeString
    assert made == format_html(pattern, a, b, c)
    assert markup_of_all(pattern, [(a, b, c), (c, b, a)]) == format_html_join("", pattern, [(a, b, c), (c, b, a)])
    assert type(markup_of_all(pattern, [])) is SafeString
