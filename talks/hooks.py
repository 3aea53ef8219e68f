"""Announcements of this app; `config.bindings` says who listens."""

from common.hooks import Hook

# A talk moved on. Facts: talk (Talk), step (planned, changed, invited, or the name of a transition), by (User).
talk_changed = Hook("talk_changed")
