"""Robots of group chats, through Apprise. Its addresses are made here from what people paste, so that it reaches no other service."""

import json
import logging
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import requests
from apprise.plugins import custom_json, dingtalk, wecombot
from apprise.plugins.base import NotifyBase
from django.utils.translation import gettext as _

from common.errors import DomainError
from notifications import wording
from notifications.failures import NotSent
from notifications.models import Delivery, RobotService

# It writes addresses, and what was sent, into the log.
logging.getLogger("apprise").setLevel(logging.CRITICAL)

_PUBLIC = {
    RobotService.DINGTALK: ("oapi.dingtalk.com", "/robot/send", "access_token"),
    RobotService.WECOM: ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key"),
}
_SERVICES: dict[str, type[NotifyBase]] = {
    "dingtalk": dingtalk.NotifyDingTalk,
    "wecombot": wecombot.NotifyWeComBot,
    "json": custom_json.NotifyJSON,
    "jsons": custom_json.NotifyJSON,
}
_answer: ContextVar[str] = ContextVar("answer of the robot's service", default="")


class _Requests:
    """`requests` for two services that answer 200 to what they refuse, and say so in the body alone, which Apprise does not read."""

    def __getattr__(self, name: str) -> Any:
        return getattr(requests, name)

    def post(self, *args: Any, **kwargs: Any) -> requests.Response:
        """As `requests.post`; an answer that names an error is one."""
        response = requests.post(*args, **kwargs)  # noqa: S113 -- Apprise gives one
        try:
            code = str(json.loads(response.content).get("errcode", ""))[:12]
        except (ValueError, AttributeError):
            code = ""
        if code not in ("", "0"):
            _answer.set(code)
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response


dingtalk.requests = wecombot.requests = _Requests()  # type: ignore[assignment]


def address_of(service: str, pasted: str, secret: str = "") -> str:
    """Apprise's address for what the service's page shows (or the address of the unit's own gateway). Raises DomainError."""
    try:
        parts = urlsplit(pasted.strip())
        port = parts.port
    except ValueError:
        raise DomainError(_("This is no address.")) from None
    query = parse_qsl(parts.query)
    if service == RobotService.GATEWAY:
        made = _gateway(parts.scheme, parts.hostname or "", port, parts.path, query)
    else:
        made = _public(RobotService(service), parts.scheme, parts.hostname or "", parts.path, dict(query), secret)
    if _service(made) is None:
        raise DomainError(_("This address, or its secret, does not look as the service makes them."))
    return made


def _public(service: RobotService, scheme: str, host: str, path: str, query: dict[str, str], secret: str) -> str:
    wanted, folder, name = _PUBLIC[service]
    token = query.get(name, "")
    if scheme != "https" or host != wanted or path != folder or not token:
        raise DomainError(
            _("Paste the whole address that the robot's page shows. It begins with %(start)s") % {"start": f"https://{wanted}{folder}"}
        )
    if service == RobotService.WECOM:
        return f"wecombot://{quote(token, safe='')}/?redirect=no"
    before = f"{quote(secret.strip(), safe='')}@" if secret.strip() else ""
    return f"dingtalk://{before}{quote(token, safe='')}/?redirect=no"


def _gateway(scheme: str, host: str, port: int | None, path: str, query: list[tuple[str, str]]) -> str:
    if scheme not in ("http", "https") or not host:
        raise DomainError(_("The gateway's address begins with https:// or http://."))
    kind = "jsons" if scheme == "https" else "json"
    # A minus before a name: for the gateway, and not an option of Apprise.
    rest = "".join(f"&-{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
    host = f"[{host}]" if ":" in host else host
    return f"{kind}://{host}{f':{port}' if port else ''}{path or '/'}?redirect=no{rest}"


def _service(address: str) -> NotifyBase | None:
    """Of these three and no other: to look an address up, Apprise would load all of its hundred services."""
    kind = _SERVICES.get(address.partition("://")[0])
    facts = kind.parse_url(address) if kind else None
    try:
        return kind(**facts) if kind and facts else None
    except TypeError:  # AppriseImproperlyConfigured is one
        return None


def send(delivery: Delivery) -> None:
    """Raises NotSent."""
    robot = delivery.robot
    assert robot is not None
    text = wording.test_of_robot() if delivery.is_test else wording.for_group([event.kind for event in delivery.events.all()])
    service = _service(robot.address)
    if service is None:
        raise NotSent("bad_address", for_good=True)
    _answer.set("")
    if not service.notify(body=text, title=""):
        answer = _answer.get()
        raise NotSent(f"robot:{answer}" if answer else "robot")
