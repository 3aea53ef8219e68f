"""Binds what lower apps announce to what upper apps do about it (architecture.md: no signals for the domain's flow)."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Installs the bindings once every app is loaded."""

    name = "config"

    def ready(self) -> None:
        from config import bindings, celery, checks  # noqa: F401

        bindings.install()
        celery.plan()
