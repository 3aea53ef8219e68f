"""How the events of the position risk index read in a timeline."""

from django.utils.translation import gettext_lazy as _

from audit.sentences import register

register(
    {
        "position_index.computed": _("{actor} had the risk index of {positions} leadership positions computed, {changed} of them anew"),
        "position_index.settings_changed": _("{actor} changed how the position risk index is computed: {changes}"),
    }
)
