"""A real browser without a screen, and shops that it looks at."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.server.conftest import TOKEN, Shop, running_shop

playwright_api = pytest.importorskip("playwright.async_api")

from playwright.async_api import Page, async_playwright  # noqa: E402

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Without these it looks for its makers' machines at every start."""
MICROPHONE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
"""A microphone that beeps once a second, and nobody who has to be asked for it."""

OpenPage = Callable[..., Awaitable[Page]]


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    environment = {"twilio": {"phone_number": "+14155550123"}}
    async with running_shop(tmp_path, environment=environment) as running:
        yield running


@pytest.fixture
async def open_page() -> AsyncIterator[OpenPage]:
    """Opens pages in browsers with the switches given. What goes wrong in one fails its story."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    wrong: list[str] = []
    async with async_playwright() as playwright:
        browsers = []

        async def open_one(url: str, *switches: str, script: bool = True) -> Page:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=[*QUIET, *switches]
            )
            browsers.append(browser)
            page = await browser.new_page(java_script_enabled=script)
            page.set_default_timeout(10_000)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            origin = url.split("/", 3)[2]
            page.on(
                "request",
                lambda request: (
                    wrong.append(f"asked {request.url}")
                    if request.url.split("/", 3)[2] != origin
                    else None
                ),
            )
            page.on(
                "console",
                lambda message: (
                    wrong.append(message.text)
                    if "Content Security Policy" in message.text
                    else None
                ),
            )
            await page.goto(url)
            return page

        yield open_one
        for browser in browsers:
            await browser.close()
    assert wrong == []


async def log_in(page: Page, *, script: bool = True) -> None:
    """By the login page, as staff do; until the page follows the shop where it has a script."""
    await page.fill("#token", TOKEN)
    await page.click("button[type=submit]")
    await page.wait_for_url("**/barista")
    if script:
        await page.wait_for_selector("body.is-live")
