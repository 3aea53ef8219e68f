"""A real Chromium against a live server, in Chinese. See `browser_page` for what fails a test on its own."""

import json
import os
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

from tests.tooling.pictures import IMAGES, shown

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
TIMEOUT_MS = 15_000
# Runs in every page before its own scripts. What it finds goes to the console, where `Watch` reads it.
SENTINEL = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
{
  const look = () => {
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth + 1)
      console.error(`sideways scroll on ${location.pathname}: ${page.scrollWidth} > ${page.clientWidth}`);
  };
  addEventListener("load", () => requestAnimationFrame(look));
  addEventListener("htmx:afterSettle", look);
  window.lookForSidewaysScroll = look;
}
"""


class Watch:
    """Collects what must not happen in a page. `allow(pattern)` lets a test provoke an error on purpose."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def allow(self, pattern: str) -> None:
        """Faults that match the regular expression are expected from here on."""
        self._allowed.append(re.compile(pattern))

    def _note(self, fault: str) -> None:
        if not any(pattern.search(fault) for pattern in self._allowed):
            self.faults.append(fault)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        # A request given up because the page was left, or turned into a download, did not fail.
        if request.failure != "net::ERR_ABORTED":
            self._note(f"failed: {request.method} {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"status {response.status}: {response.request.method} {response.url}")

    def attach(self, page: Page) -> None:
        """Watch this page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._response)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of a worker."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield chromium
        chromium.close()
        # Beside Playwright's loop, Django keeps connections of its own: left open, they hold the database that is to be dropped.
        connections.close_all()


@pytest.fixture
def watch() -> Watch:
    """What `browser_page` saw going wrong; `watch.allow(r"status 409")` before provoking it."""
    return Watch()


@pytest.fixture
def new_context(browser: Browser, live_server: Any, watch: Watch) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts, one a person; options are Playwright's. Pages go to paths: `page.goto("/risks/")`."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        options = {
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "viewport": {"width": 1440, "height": 900},
        } | options
        context = browser.new_context(base_url=live_server.url, accept_downloads=True, **options)
        context.set_default_timeout(TIMEOUT_MS)
        context.add_init_script(SENTINEL)
        context.on("page", watch.attach)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        for page in context.pages:
            if page.url.startswith("http"):
                page.evaluate("window.lookForSidewaysScroll()")
        context.close()
    assert not watch.faults, "\n".join(watch.faults)


@pytest.fixture
def browser_page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page of 1440 × 900. Console errors, breaches of the content policy, failed requests, answers from 400 on and
    sideways scroll fail the test."""
    return new_context().new_page()


@pytest.fixture
def phone_page(new_context: Callable[..., BrowserContext]) -> Page:
    """The same as `browser_page` on a phone of 390 × 844."""
    return new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True).new_page()


@pytest.fixture
def login(live_server: Any) -> Callable[[Page, Any], None]:
    """`login(page, user)`: sign a person in without the sign-in page (which has tests of its own)."""

    def sign_in(page: Page, user: Any) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url, "httpOnly": True}])

    return sign_in


@pytest.fixture
def window(new_context: Callable[..., BrowserContext], login: Callable[[Page, Any], None]) -> Callable[[Any], Page]:
    """`window(user)`: that person's browser, opened once."""
    kept: dict[int, Page] = {}

    def of(user: Any) -> Page:
        if user.pk not in kept:
            kept[user.pk] = new_context().new_page()
            login(kept[user.pk], user)
        return kept[user.pk]

    return of


@pytest.fixture
def axe() -> Callable[..., None]:
    """`axe(page)`: no serious or critical finding of axe-core on the page as it is; `axe(page, "#part")` for a part."""
    source = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")

    def check(page: Page, part: str = "html") -> None:
        page.evaluate(source)
        result = page.evaluate("(part) => axe.run(part, {resultTypes: ['violations']})", part)
        bad = [
            f"{found['impact']} {found['id']}: {found['help']}\n    "
            + "\n    ".join(json.dumps(node["target"], ensure_ascii=False) + " " + node["html"][:200] for node in found["nodes"])
            for found in result["violations"]
            if found["impact"] in {"serious", "critical"}
        ]
        assert not bad, f"{page.url}\n" + "\n".join(bad)

    return check


@pytest.fixture
def screenshot() -> Callable[..., None]:
    """`screenshot(page, "register")` writes docs/images/register.png when SCREENSHOTS=1 and a document shows it, else does nothing."""

    def take(page: Page, name: str, *, full_page: bool = False) -> None:
        if os.environ.get("SCREENSHOTS") != "1" or name not in shown():
            return
        taken = page.screenshot(full_page=full_page, animations="disabled", scale="css")
        IMAGES.mkdir(parents=True, exist_ok=True)
        # 256 colours look the same and take a third of the room.
        Image.open(BytesIO(taken)).convert("RGB").quantize(256).save(IMAGES / f"{name}.png", optimize=True)

    return take
