"""Makes the pictures of the screens in the documentation, from the screens themselves.

    python docs/make_pictures.py [FOLDER]

Time stands still and the shop is always the same one, so the pictures change only when the
screens do. PNG files need Chromium; without it only the SVG files are made.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.tui.conftest import StillTime, open_console, open_tv, until  # noqa: E402
from tests.tui.shop_scene import play, speak  # noqa: E402
from tests.tui.shop_server import ShopServer  # noqa: E402

_WEB_FONT = re.compile(r"@font-face\s*{.*?}", re.DOTALL)
_FONTS = "'Fira Code', 'DejaVu Sans Mono', Menlo, Consolas, monospace"


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


def make_png(svg: Path) -> bool:
    """Draw an SVG file as a PNG beside it; False where there is no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg.read_text(encoding="utf-8"))
    if chromium is None or box is None:
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


if __name__ == "__main__":
    main()
