"""Documents, answers and gaps to make messages of, and hostile text to put into them."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from knowledge.domain import Answer, Card, Citation, DocumentRecord, Gap, GapReason, Hit, Passage, PassageInContext

# Everything Slack might read in a text, and what people cannot see in one.
HOSTILE = (
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "<!subteam^S1>",
    "<@U1>",
    "<#C1>",
    "@here",
    "@channel",
    "@maya",
    "<https://evil.example|https://intranet.example>",
    "[intranet](http://evil.example)",
    "https://evil.example",
    "![x](http://evil.example/x.png)",
    "*bold*",
    "`code`",
    "```",
    "> quote",
    ":tada:",
    "\u202e",
    "\u2066",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u00ad",
    "\U000e0041",
    "\x00",
    "\x07",
    "\x85",
    "\u2028",
    "\ud800",
    "&lt;!channel&gt;",
    "&amp;",
    "&",
    "<",
    ">",
    "|",
)
hostile_text = st.lists(st.sampled_from(HOSTILE) | st.text(min_size=1, max_size=20), min_size=1, max_size=12).map(
    " ".join
)


def document(title: str = "City networks", **card: object) -> DocumentRecord:
    """A document of the library; keywords are its card's fields."""
    return DocumentRecord(
        id=f"doc-{title}",
        card=Card(title=title, **card),  # type: ignore[arg-type]
        place="folder/file.md",
        version=1,
        passages=3,
        indexed_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def passage(text: str, *, id_: str = "p1", heading: tuple[str, ...] = (), page: int | None = None) -> Passage:
    """A passage of that document."""
    return Passage(id=id_, document_id="doc", text=text, heading=heading, page=page)


def citation(number: int, quote: str, source: DocumentRecord | None = None, **where: object) -> Citation:
    """A quote in the middle of its passage."""
    text = f"Before. {quote} After."
    return Citation(
        number=number,
        quote=quote,
        start=8,
        end=8 + len(quote),
        passage=passage(text, id_=f"p{number}", **where),  # type: ignore[arg-type]
        document=source or document(),
    )


def answer(*citations: Citation) -> Answer:
    """An answer of these citations."""
    return Answer(question_id="C1:1.1", probability=0.9, citations=citations)


def gap(*sources: DocumentRecord) -> Gap:
    """A gap with a passage of each of these documents nearest to it."""
    hits = tuple(
        Hit(passage=passage("Something else.", id_=f"p{n}", heading=("Part",)), document=source, score=1.0)
        for n, source in enumerate(sources)
    )
    return Gap(id="G7", question_id="C1:1.1", reason=GapReason.NOT_SUPPORTED, probability=0.1, nearest=hits)


def in_context(
    text: str, source: DocumentRecord, *, before: str = "", after: str = "", live: bool = True
) -> PassageInContext:
    """A passage between neighbours."""
    return PassageInContext(
        passage=passage(text),
        document=source,
        before=passage(before, id_="p0") if before else None,
        after=passage(after, id_="p2") if after else None,
        live=live,
    )
