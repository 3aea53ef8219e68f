"""The product's addresses, and some that fail on purpose."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.urls import path

from common.errors import Conflict, NotAllowed, NotPossible
from config.urls import urlpatterns as real


def _raising(error):
    @login_not_required
    def view(request):
        raise error

    return view


urlpatterns = [
    *real,
    path("fails/500", _raising(ZeroDivisionError("secret content"))),
    path("fails/403", _raising(PermissionDenied())),
    path("fails/not-allowed", _raising(NotAllowed("只有科室负责人可以办理。"))),
    path("fails/not-possible", _raising(NotPossible("已经提交。"))),
    path("fails/conflict", _raising(Conflict("他人已修改。"))),
]
