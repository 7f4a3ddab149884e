"""A real browser that may load nothing, and pages whose complaints are kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

#: Names of the browser on the PATH, Debian's first.
NAMES = ("chromium", "chromium-browser", "google-chrome")

MISSING = (
    "No Chromium was found: on Debian run 'apt-get install chromium' as root; "
    "elsewhere install Chromium or Chrome and name it in MDMAMETA_CHROMIUM."
)


def find_browser() -> str:
    """Path of the browser; its absence is a failure, never a skip."""
    named = os.environ.get("MDMAMETA_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(MISSING, pytrace=False)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium for one module: it would disturb other modules' event loops."""
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(
            executable_path=find_browser(), args=["--no-sandbox"]
        )
        yield one
        one.close()


class Watched:
    """Pages of one test, with what they asked of the network and complained of."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.complaints: list[str] = []
        self._open: list[Page] = []

    def __call__(self, where: str | Path, **context: object) -> Page:
        page = self._browser.new_context(**context).new_page()
        self._open.append(page)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda one: self.complaints.append(f"dialog {one.message}"))
        page.on("request", self._request)
        page.goto(where.as_uri() if isinstance(where, Path) else where)
        return page

    def _console(self, message: object) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _request(self, request: object) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.complaints.append(f"asks for {request.url}")

    def close(self) -> None:
        for page in self._open:
            page.context.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages; a test ends badly when one complains or asks for the network."""
    watched = Watched(browser)
    yield watched
    watched.close()
    assert not watched.complaints
