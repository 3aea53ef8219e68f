"""The design system as template tags; a builtin library, so templates need no ``{% load %}``.

The tags only choose classes and attributes: markup lives in ``templates/components/``, and no tag
decides what a person may do. Contract and examples: ``docs/developers/components.md``.
"""

from __future__ import annotations

from django import template

from common.templatetags import ui_actions, ui_data, ui_forms, ui_layout, ui_spark, ui_status, ui_table

register = template.Library()

for _part in (ui_layout, ui_status, ui_actions, ui_forms, ui_data, ui_spark, ui_table):
    register.tags.update(_part.register.tags)
    register.filters.update(_part.register.filters)
