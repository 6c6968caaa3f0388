"""Draw the pictures of the week in docs/admin.md: play it with the real app, lay its messages out, photograph them.

Needs a Chromium or Chrome on this machine, for nothing else here does:
    .venv/bin/python -m docs.pictures [chromium]
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

from docs.render_blocks import page
from knowledge.embedding import SentenceTransformerEmbedding
from tests.journeys.week import NAMES, PICTURES, a_week

DOCS = Path(__file__).parent
# Taller than any of them; what stays white below is cut off.
WINDOW = (780, 3_000)
MARGIN = 20
# A page shows them at about half of this; few colours keep them small.
SCALE, COLOURS = 1.5, 64


def draw(html: str, target: Path, browser: str) -> None:
    """Photograph a page, cut what is empty and save it."""
    with tempfile.TemporaryDirectory() as folder:
        source, photo = Path(folder) / "page.html", Path(folder) / "page.png"
        source.write_text(html, "utf-8")
        options = (
            *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"),
            *("--disable-background-networking", f"--user-data-dir={folder}/profile"),
            *(f"--window-size={WINDOW[0]},{WINDOW[1]}", f"--force-device-scale-factor={SCALE}"),
        )
        command = [browser, *options, f"--screenshot={photo}", source.as_uri()]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        with Image.open(photo) as opened:
            whole = opened.convert("RGB")
    drawn = ImageChops.difference(whole, Image.new("RGB", whole.size, "white")).getbbox()
    bottom = min(whole.height, drawn[3] + MARGIN) if drawn else whole.height
    cut = whole.crop((0, 0, whole.width, bottom))
    cut.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


def main(browser: str = "chromium") -> None:
    """Play the week and draw each of its pictures beside this script."""
    with tempfile.TemporaryDirectory() as folder, a_week(Path(folder) / "home", SentenceTransformerEmbedding()) as week:
        scenes = week.play()
    for name in PICTURES:
        draw(page(scenes[name], NAMES), DOCS / f"{name}.png", browser)
        sys.stdout.write(f"{name}.png\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
