"""System checks of the deployment."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from common.encrypted import keyring


@register()
def lead_keys(**_kwargs: Any) -> list[CheckMessage]:
    """Leads and their files can be kept: `migrate` and `check` stop without keys, long before the first report is lost."""
    try:
        keyring()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint="docs/operators.md, “Keys of leads”.", id="lianfang.E001")]
    return []
