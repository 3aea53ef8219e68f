"""Filter sets of lists that are read often."""

from typing import Any

import django_filters as filters
from django.forms import Form


class FilterSet(filters.FilterSet):
    """A filter set whose form takes the fields made for it; the library makes a class of them, whose forms begin by copying them all."""

    _form: Form

    @property
    def form(self) -> Any:
        """The form, made once."""
        if not hasattr(self, "_form"):
            kind = self._meta.form
            assert not kind.base_fields, "fields of the form itself would be lost"
            form = kind(self.data, prefix=self.form_prefix) if self.is_bound else kind(prefix=self.form_prefix)
            form.fields = {name: one.field for name, one in self.filters.items()}
            self._form = form
        return self._form
