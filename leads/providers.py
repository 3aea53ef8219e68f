"""What pages of leads show of upper apps without importing them; `config.bindings` says who answers. Unbound, the answer is empty."""

from typing import Any

from positions.providers import Provider

# Warnings that were drafted from a lead and that the person may see. Facts: user, lead. Answer: [{"label", "url", "state"}].
warnings_of_lead: Provider[list[dict[str, Any]]] = Provider("warnings_of_lead", list)

# Where the person starts a warning from a lead; empty when they may not. Facts: user, lead.
start_warning_url: Provider[str] = Provider("start_warning_url", str)
