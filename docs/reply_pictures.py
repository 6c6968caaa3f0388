"""Draw the pictures of the README: an answer and a refusal of the starter library, laid out as in Slack.

Needs a Chromium or Chrome on this machine, for nothing else here does:
    .venv/bin/python -m docs.reply_pictures [chromium]
"""

import sys
import tempfile
from pathlib import Path

from bot.slack.blocks import outcome_reply
from docs.gap_pictures import message
from docs.pictures import DOCS, draw
from docs.render_blocks import page
from knowledge.domain import Question
from knowledge.embedding import SentenceTransformerEmbedding
from tests.making import open_in, starter_uploads

ASKED = {
    "answer": "Whom do we contact in the Subnational Diplomacy Unit?",
    "gap": "What salary should we offer a protocol officer?",
}


def main(browser: str = "chromium") -> None:
    """Ask, and draw what comes of it beside this script."""
    with tempfile.TemporaryDirectory() as folder:
        library = open_in(Path(folder), SentenceTransformerEmbedding())
        library.add(starter_uploads(), actor="U1")
        for name, text in ASKED.items():
            outcome = library.ask(Question(id=f"C1:{name}", text=text, asker="U1", channel="C1"))
            asked = {"from": "Maya", "text": text}
            draw(page([asked, message(outcome_reply(outcome))]), DOCS / f"{name}.png", browser)
            sys.stdout.write(f"{name}.png\n")
        library.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
