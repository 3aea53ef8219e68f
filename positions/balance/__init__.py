"""Checks and balances of a power's flowchart (权力制衡, domain §2): a chart goes in, findings in plain words come out. No database."""

from positions.balance.chart import Chart, Link, Step
from positions.balance.checks import check
from positions.balance.findings import SOURCES, STRUCTURE, Finding, Severity

__all__ = ["SOURCES", "STRUCTURE", "Chart", "Finding", "Link", "Severity", "Step", "check"]
