from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = _("Common")

    def ready(self) -> None:
        """Once after each `migrate`, whatever it did."""
        from common.triggers import ask_without_errors

        post_migrate.connect(ask_without_errors, sender=self, dispatch_uid="common.triggers")
