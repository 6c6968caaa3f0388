"""Draw the pictures of docs/gaps.md: a library is asked for weeks, and its cards and digest are laid out as in Slack.

Needs a Chromium or Chrome on this machine, for nothing else here does:
    .venv/bin/python -m docs.gap_pictures [chromium]
"""

import sys
import tempfile
from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.slack.blocks import Reply
from bot.slack.gap_card import gap_card
from bot.slack.gap_digest import digest_reply, plot_words
from docs.pictures import DOCS, draw
from docs.render_blocks import Part, page
from knowledge.domain import Question
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.gaps.plotting import plot_figures
from tests.making import Calendar, open_in, starter_uploads

# Monday, nine o'clock.
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
# Days ago, who asked, and what.
ASKED = (
    (33, "U1", "What is the Denver Declaration?"),
    (32, "U2", "May a city sign an agreement with a foreign government?"),
    (26, "U3", "Who pays for interpreters when a delegation visits?"),
    (25, "U1", "Whom do we contact in the Subnational Diplomacy Unit?"),
    (24, "U4", "What is the Denver Declaration about?"),
    (18, "U2", "What salary should we offer a protocol officer?"),
    (17, "U3", "Who was the first US deputy mayor of international affairs?"),
    (16, "U1", "What does a trade office abroad cost?"),
    (11, "U4", "What is the salary of a protocol officer?"),
    (10, "U2", "May a city sign an agreement with a foreign government?"),
    (9, "U1", "Whom do we contact in the Subnational Diplomacy Unit?"),
    (5, "U5", "What salary do other cities offer a protocol officer?"),
    (4, "U3", "May we accept a painting as a gift from a consul?"),
    (3, "U1", "What is the Denver Declaration?"),
    (2, "U2", "Who was the first US deputy mayor of international affairs?"),
)


def message(reply: Reply, **more: object) -> Part:
    """Lay a message of the app out."""
    return {"from": "Attaché", "text": reply.text, "blocks": list(reply.blocks), **more}


def main(browser: str = "chromium") -> None:
    """Ask, and draw what comes of it beside this script."""
    with tempfile.TemporaryDirectory() as folder:
        clock = Calendar(NOW)
        library = open_in(Path(folder), SentenceTransformerEmbedding(), now=clock)
        library.add(starter_uploads(), actor="U1")
        for number, (days, asker, text) in enumerate(ASKED):
            library.ask(Question(id=f"C1:{number}", text=text, asker=asker, channel="C1"))
            moment = f"{NOW - timedelta(days=days):%Y-%m-%d %H:%M:%S}.000000"
            with library._ledger.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE questions SET asked_at = ? WHERE id = ?", (moment, f"C1:{number}"))
        salary = max(library.gaps.records(), key=lambda gap: gap.askers)
        fresh = gap_card(salary, salary.nearest, NOW, owner=None)
        owned = library.gaps.assign(salary.id, owner="U2", owner_name="Omar Haddad", due=date(2026, 12, 1), actor="U1")
        cards = [message(fresh), message(gap_card(owned, owned.nearest, NOW, owner=owned.owner_name))]
        draw(page(cards), DOCS / "gap-card.png", browser)
        digest, figures = library.gaps.digest(), library.gaps.figures()
        titles = {one.card.title for one in library.documents()}
        plot = {"picture": b64encode(plot_figures(figures)).decode(), "alt": plot_words(figures)}
        draw(page([message(digest_reply(digest, NOW, titles), **plot)]), DOCS / "gaps-digest.png", browser)
        sys.stdout.write(f"{plot['alt']}\n")
        library.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
