"""A mail server and a web server that really listen, in threads of the test, and keep what they were given."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from django.db import connection
from django.test import override_settings


class Mailbox:
    """What the server took. `refuses`: answers by recipient; `hold`: the answer to the first message waits until it is set.

    `meanwhile` is done, with a database connection of its own, before each message is answered.
    """

    def __init__(self) -> None:
        self.taken: list[tuple[str, Message]] = []
        self.refuses: dict[str, str] = {}
        self.hold: threading.Event | None = None
        self.meanwhile: Callable[[], None] | None = None
        self.connections = 0

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if answer := self.refuses.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken += [(address, message_from_bytes(envelope.content)) for address in envelope.rcpt_tos]
        if self.meanwhile is not None:
            await asyncio.to_thread(_and_disconnect, self.meanwhile)
        hold, self.hold = self.hold, None
        while hold is not None and not hold.is_set():
            await asyncio.sleep(0.05)
        return "250 taken"

    def texts(self) -> list[tuple[str, str, str]]:
        """(to, subject, body), as people read them."""
        return [(to, str(make_header(decode_header(m["Subject"]))), body_of(m)) for to, m in self.taken]

    def ids(self) -> list[str]:
        return [message["Message-ID"] for _to, message in self.taken]

    def raw(self) -> str:
        """Everything, decoded and as it came."""
        return "".join(m.as_string() + subject + body for (_to, m), (_t, subject, body) in zip(self.taken, self.texts(), strict=True))


def _and_disconnect(act: Callable[[], None]) -> None:
    try:
        act()
    finally:
        connection.close()


def body_of(message: Message) -> str:
    return message.get_payload(decode=True).decode().replace("\r\n", "\n")


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, str]]:
    """The mailbox and the address (for EMAIL_URL)."""
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=20)
    controller.start()
    try:
        yield box, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


@contextmanager
def mailing(url: str) -> Iterator[None]:
    """This process sends its mail there."""
    with override_settings(
        NOTICES_BY_EMAIL=True,
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=int(url.rsplit(":", 1)[1]),
        SITE_URL="https://lianfang.example.gov.cn",
        DEFAULT_FROM_EMAIL="lianfang@example.gov.cn",
    ):
        yield


class Hook:
    """What a robot's service was sent, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answer: tuple[int, dict[str, Any]] = (200, {"errcode": 0})


@contextmanager
def web_hook() -> Iterator[tuple[Hook, str]]:
    """The service and its address."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            hook.asked.append((self.path, json.loads(content)))
            status, body = hook.answer
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield hook, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
