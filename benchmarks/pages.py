"""Synthetic office pages: sentences of the starter library in a seeded order, the same on any machine."""

import random
from pathlib import Path

from knowledge.sentences import split_sentences

STARTER = Path(__file__).parent.parent / "knowledge" / "starter"


def sentences() -> list[str]:
    """Return the prose sentences of the starter library."""
    found: list[str] = []
    for path in sorted(STARTER.glob("*.md")):
        body = path.read_text("utf-8").split("---", 2)[2]
        lines = [line for line in body.splitlines() if line[:1].isalpha()]
        found += [line[start:end] for line in lines for start, end in split_sentences(line)]
    return found


def write_pages(folder: Path, count: int, *, paragraphs: int = 9, seed: int = 7) -> list[Path]:
    """Write `count` markdown pages of three headings and `paragraphs` paragraphs; each names its own number."""
    draw = random.Random(seed)
    source = sentences()
    folder.mkdir(parents=True, exist_ok=True)
    pages: list[Path] = []
    for number in range(count):
        lines = [f"# Office note {number}", ""]
        for paragraph in range(paragraphs):
            if paragraph % 3 == 0:
                lines += [f"## Part {paragraph // 3 + 1} of note {number}", ""]
            lines += [f"Entry {number}.{paragraph}. " + " ".join(draw.sample(source, 4)), ""]
        page = folder / f"note-{number:05}.md"
        page.write_text("\n".join(lines), "utf-8")
        pages.append(page)
    return pages
