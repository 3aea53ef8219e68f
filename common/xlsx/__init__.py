"""Spreadsheets: check an upload (guard), read it (reading), write one (writing)."""
