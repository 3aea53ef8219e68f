"""Rows for tests, made through the models (services have tests of their own)."""
