"""How many scanned pages text recognition reads in a minute, and how many of their words it gets right.

`make bench` runs it and prints the figures. The pages are drawn here: sentences of the starter library in 11 points,
about 600 words to a letter page at 200 dpi, slightly askew and grey as from an office scanner. Nothing is asserted.
"""

import argparse
import random
import textwrap
from difflib import SequenceMatcher
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.pages import sentences
from benchmarks.speed import seconds
from knowledge.domain import Document, Upload
from knowledge.reading import Limits, read_upload

DPI = 200
WIDTH, HEIGHT, MARGIN = 8.5, 11.0, 0.9  # inches
PRINT, LEADING, MEASURE, LINES = 11, 15, 84, 42  # points, points, characters, lines


def page_words(seed: int) -> list[str]:
    """Return the lines of a page, the same on any machine."""
    source = sentences()
    random.Random(seed).shuffle(source)
    return textwrap.wrap(" ".join(source), MEASURE, break_long_words=False, break_on_hyphens=False)[:LINES]


def scan(lines: list[str], seed: int) -> Image.Image:
    """Draw a page and treat it as a scanner does: half a degree askew, a little soft, grey specks."""
    point = DPI / 72
    page = Image.new("L", (round(WIDTH * DPI), round(HEIGHT * DPI)), 248)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(PRINT * point)
    for number, line in enumerate(lines):
        pen.text((MARGIN * DPI, MARGIN * DPI + number * LEADING * point), line, fill=30, font=font)
    page = page.rotate(random.Random(seed).uniform(-0.5, 0.5), fillcolor=248, resample=Image.Resampling.BICUBIC)
    noise = Image.effect_noise(page.size, 12)
    return Image.blend(page.filter(ImageFilter.GaussianBlur(0.6)), noise, 0.08)


def pdf_of(pages: list[Image.Image]) -> bytes:
    """Return a PDF of pictures alone."""
    file = BytesIO()
    pages[0].save(file, "PDF", resolution=DPI, save_all=True, append_images=pages[1:])
    return file.getvalue()


def share_of_words(document: Document, pages: list[list[str]]) -> float:
    """Return the share of the printed words that were read to the letter and in order."""
    right = total = 0
    for number, lines in enumerate(pages, start=1):
        printed = " ".join(lines).split()
        read = " ".join(section.text for section in document.sections if section.page == number).split()
        matching = SequenceMatcher(None, printed, read, autojunk=False).get_matching_blocks()
        right += sum(block.size for block in matching)
        total += len(printed)
    return right / total


def main() -> None:
    """Read one page to load the models, then time a PDF of scans."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=20, help="scanned pages to read")
    options = parser.parse_args()
    pages = [page_words(seed) for seed in range(options.pages)]
    scans = [scan(lines, seed) for seed, lines in enumerate(pages)]
    documents: list[Document] = []

    def read(content: bytes) -> None:
        documents.append(read_upload(Upload(name="scan.pdf", content=content, place="scan.pdf"), Limits()))

    loading, content = pdf_of(scans[:1]), pdf_of(scans)
    first = seconds(lambda: read(loading))
    took = seconds(lambda: read(content))
    sure = [section.ocr for section in documents[-1].sections if section.ocr is not None]
    print("| what | measured |\n| --- | --- |")
    print(f"| scanned pages, words | {len(pages)}, {sum(len(' '.join(lines).split()) for lines in pages)} |")
    print(f"| pages a minute, 2 threads | {60 * len(pages) / took:.1f} |")
    print(f"| the first page, with loading the models | {first:.1f} s |")
    print(f"| words read to the letter | {share_of_words(documents[-1], pages):.2%} |")
    print(f"| mean confidence | {sum(sure) / len(sure):.3f} |")


if __name__ == "__main__":
    main()
