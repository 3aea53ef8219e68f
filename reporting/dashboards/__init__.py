"""Figures for leaders (domain §9). A module holds one group: `rows(selection)`, what is counted, and the figures counted from it.

Figure and drill-down come from the same `rows`, which starts from `visible_to`; nothing here is kept between two requests (ADR 0021).
"""
