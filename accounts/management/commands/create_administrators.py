"""`manage.py create_administrators`: the first three administrators of a new installation, one account a role (三员分立)."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.events import account_changed
from accounts.models import AdminRole, User
from accounts.services import initial_password


class Command(BaseCommand):
    help = "Create the system, security and audit administrator with initial passwords, which are printed once (JSON)."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exclude(admin_role=AdminRole.NONE).exists():
            raise CommandError("There are administrators already; new ones are made in the product.")
        made = []
        for role, number, name in [
            (AdminRole.SYSTEM, "sysadmin", "系统管理员"),
            (AdminRole.SECURITY, "secadmin", "安全管理员"),
            (AdminRole.AUDIT, "audadmin", "审计管理员"),
        ]:
            password = initial_password()
            user = User.objects.create_user(number, name, password, admin_role=role, must_change_password=True)
            account_changed(action="account.created", user=user, by=None, changes={}, reason="create_administrators")
            made.append({"role": role.value, "staff_number": number, "password": password})
        self.stdout.write(json.dumps(made, ensure_ascii=False))
