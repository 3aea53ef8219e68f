"""What this app announces; bound in config.bindings."""

from common.hooks import Hook

# A person or an administrator changed or did something: action, by, obj, unit_id, changes, detail. The audit trail keeps it.
channels_changed = Hook("channels_changed")
