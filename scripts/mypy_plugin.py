"""Teaches mypy what LoginRequiredMiddleware sees to: the user of a request is one of ours.

Django's types say `User | AnonymousUser` everywhere. The few pages that need no login must not read the user's fields; the
authorisation matrix tries them without one.
"""

from collections.abc import Callable

from mypy.checker import TypeChecker
from mypy.nodes import MypyFile, TypeInfo
from mypy.plugin import AttributeContext, Plugin
from mypy.types import Instance, Type

REQUEST_USER = {"django.http.request.HttpRequest.user", "django_htmx.middleware.HtmxHttpRequest.user"}


def _our_user(context: AttributeContext) -> Type:
    # `named_generic_type` looks through packages, which may not be tied together yet; the module itself is always there.
    assert isinstance(context.api, TypeChecker)
    user = context.api.modules["accounts.models"].names["User"].node
    return Instance(user, []) if isinstance(user, TypeInfo) else context.default_attr_type


class LianfangPlugin(Plugin):
    """Only about the type of `request.user`."""

    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        """Whoever knows requests knows our users."""
        return [(10, "accounts.models", -1)] if file.fullname == "django.http.request" else []

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        """Mypy calls this for each attribute that is read."""
        return _our_user if fullname in REQUEST_USER else None


def plugin(version: str) -> type[Plugin]:
    """Where mypy enters, whatever its version."""
    return LianfangPlugin
