"""Makes the pictures of the screens in the documentation, from the screens themselves.

    python docs/make_pictures.py [FOLDER]

Time stands still and the shop is always the same one, so the pictures change only when the
screens do. PNG files and the pages need Chromium; without it only the SVG files are made.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.async_api import async_playwright  # noqa: E402

from tests.browser.conftest import CHROMIUM, QUIET, log_in  # noqa: E402
from tests.server.conftest import running_shop  # noqa: E402
from tests.tui.conftest import StillTime, open_console, open_tv, until  # noqa: E402
from tests.tui.shop_scene import play, speak  # noqa: E402
from tests.tui.shop_server import ShopServer  # noqa: E402

_WEB_FONT = re.compile(r"@font-face\s*{.*?}", re.DOTALL)
_FONTS = "'Fira Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace"


NOON = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)
ORDERS = (("taro-milk-tea",), ("black-milk-tea", "taro-milk-tea"), ("black-milk-tea",))
"""What has been ordered when the pages are photographed; the first is ready."""
PAGES = {
    "shop": ("/", 900, 760),
    "board": ("/orders", 1000, 560),
    "barista": ("/barista", 1000, 760),
    "talk": ("/talk", 420, 760),
}
"""Name to the page's path, its width and height in pixels."""
SETTLED_MS = 500
"""After a page is there, until what it fetches is."""


def without_web_fonts(svg: str) -> str:
    """Use the reader's own fonts: a picture of ours fetches nothing from anywhere."""
    plain = _WEB_FONT.sub("", svg).replace(
        "font-family: Fira Code, monospace", f"font-family: {_FONTS}"
    )
    return "\n".join(row.rstrip() for row in plain.splitlines()) + "\n"


async def take_pictures() -> dict[str, str]:
    """Open each screen on the same shop; SVG text by name."""
    pictures = {}
    still = StillTime()
    async with ShopServer(still.clock) as server:
        play(server, still.now)
        async with open_console(server, still, (120, 34)) as console:
            speak(server, still.now)
            await console.shows("customer: yes, and a black milk")
            pictures["console"] = console.app.export_screenshot(title="servizio console")
        async with open_tv(server, still, (110, 30), "Servizio Boba") as (tv, pilot):
            await until(lambda: "PREPARING" in tv.export_screenshot())
            await pilot.pause()
            pictures["tv"] = tv.export_screenshot(title="servizio tv")
    return {name: without_web_fonts(svg) for name, svg in pictures.items()}


async def take_pages(folder: Path) -> list[str]:
    """Photograph the pages of a shop with a few orders; the files' names."""
    if not CHROMIUM:
        return []
    names = []
    environment = {"shop": {"timezone": "UTC"}, "twilio": {"phone_number": "+14155550123"}}
    with tempfile.TemporaryDirectory() as home:
        async with (
            running_shop(Path(home), environment=environment, now=lambda: NOON) as shop,
            async_playwright() as playwright,
        ):
            numbers = [await shop.take(*items) for items in ORDERS]
            await shop.post(f"/api/orders/{numbers[0]}/done")
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET])
            for name, (path, width, height) in PAGES.items():
                page = await browser.new_page(viewport={"width": width, "height": height})
                await page.goto(shop.url + path)
                if name == "barista":
                    await log_in(page)
                    await page.locator(f"#t{numbers[-1]}").wait_for()
                await page.wait_for_timeout(SETTLED_MS)
                await page.screenshot(path=folder / f"{name}.png")
                names.append(f"{name}.png")
                await page.close()
            await browser.close()
    return names


def make_png(svg: Path) -> bool:
    """Draw an SVG file as a PNG beside it; False where there is no Chromium."""
    chromium = CHROMIUM
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg.read_text(encoding="utf-8"))
    if not chromium or box is None:
        return False
    width, height = (round(float(side)) for side in box.groups())
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                chromium,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                f"--user-data-dir={profile}",
                f"--window-size={width},{height}",
                f"--screenshot={svg.with_suffix('.png')}",
                svg.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
    return True


def main() -> None:
    """Write the pictures into the folder named on the command line, or beside this file."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in asyncio.run(take_pictures()).items():
        path = folder / f"{name}.svg"
        path.write_text(text, encoding="utf-8", newline="\n")
        drawn = make_png(path)
        print(f"{path.name}{' and PNG' if drawn else ', no Chromium for the PNG'}")
    for name in asyncio.run(take_pages(folder)):
        print(name)


if __name__ == "__main__":
    main()
