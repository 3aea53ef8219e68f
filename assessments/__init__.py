"""Quarterly integrity assessment, secret appraisal, surveys, position risk index, eligibility (domain §6)."""
