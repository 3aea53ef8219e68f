"""People and their accounts. Who somebody *is* follows from appointments (positions), never from a field here."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from common.history import History
from common.models import Timed, Versioned


class AdminRole(models.TextChoices):
    """The three administrators (三员分立): one field, so that no account can hold two."""

    NONE = "", _("none")
    SYSTEM = "system", _("system administrator")
    SECURITY = "security", _("security administrator")
    AUDIT = "audit", _("audit administrator")


class UserManager(BaseUserManager["User"]):
    """Accounts are made by services; there is no superuser (quality.md, mistake 1)."""

    def create_user(self, staff_number: str, name: str, password: str | None = None, **fields: Any) -> "User":
        """A new account; without a password it cannot sign in until one is set."""
        user = self.model(staff_number=staff_number, name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(Timed, Versioned, AbstractBaseUser):
    """A person of the unit, known by staff number."""

    staff_number = models.CharField(_("staff number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    admin_role = models.CharField(_("administrator role"), max_length=10, choices=AdminRole, blank=True, default=AdminRole.NONE)
    is_active = models.BooleanField(_("may sign in"), default=True)
    left_on = models.DateField(_("left the unit on"), null=True, blank=True)
    password_changed_at = models.DateTimeField(_("password changed"), null=True, blank=True, editable=False)
    must_change_password = models.BooleanField(_("must change the password at the next sign-in"), default=False)
    # Raised whenever rights change: every session of the person ends with it (quality.md, session).
    rights_epoch = models.PositiveIntegerField(default=0, editable=False)

    history = History(excluded_fields=["password", "last_login"])
    objects = UserManager()

    USERNAME_FIELD = "staff_number"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        ordering = ["staff_number"]
        constraints = [
            models.CheckConstraint(condition=Q(admin_role__in=AdminRole.values), name="accounts_user_one_admin_role"),
        ]
        indexes = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Name and staff number, as audit rows keep them."""
        return f"{self.name} ({self.staff_number})"

    @property
    def is_administrator(self) -> bool:
        """Whether this is the account of one of the three administrators, who see no case content."""
        return bool(self.admin_role)

    def set_password(self, raw_password: str | None) -> None:
        """Also notes when, for rotation."""
        super().set_password(raw_password)
        self.password_changed_at = timezone.now()

    def get_session_auth_hash(self) -> str:
        """Sessions end with the password, with the account's being disabled and with any change of rights."""
        value = f"{self.password}|{self.rights_epoch}|{int(self.is_active)}"
        return salted_hmac("accounts.User.session", value, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
