"""Announced for the audit trail, which lies above."""

from common.hooks import Hook

backup_made = Hook("backup_made")  # file, rows, head
backup_restored = Hook("backup_restored")  # file, made_at, rows
