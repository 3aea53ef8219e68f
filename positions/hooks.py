"""What this app announces; `config.bindings` says who reacts."""

from common.hooks import Hook

# Appointments, divisions of work, memberships, departments or positions changed. Facts: unit_ids (set), by (User or None), reason (str).
organisation_changed = Hook("organisation_changed")

# A catalogue version was published. Facts: catalogue (Catalogue), by (User).
catalogue_published = Hook("catalogue_published")
