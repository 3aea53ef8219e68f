"""Integrity files (廉政档案): asked for with a purpose, approved, read, every look on record (domain §9, ADR 0024)."""
