"""Deadlines of the product: what is due, who is told when, what was told (ADR 0017)."""
