"""What closes gaps, as people and scripts read it: the digest, answers written, questions asked again.

The JSON shapes only ever gain keys.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from bot.gaps import gap_line, gap_shape
from bot.screen import printable
from bot.shapes import record_shape
from bot.standing import spell_day
from knowledge.gaps.answers import Written
from knowledge.gaps.digest import Digest
from knowledge.gaps.figures import Share
from knowledge.gaps.records import GapRecord

if TYPE_CHECKING:
    from knowledge.gaps.retesting import Retested

Shape = dict[str, Any]

NOT_YET = (
    "Published, but the library does not answer with it yet: write it in the words of the question, then answer again."
)


def digest_shape(digest: Digest) -> Shape:
    """The digest; rates are null where nothing was asked."""
    return {
        "since": digest.since.isoformat(),
        "day": digest.day.isoformat(),
        "open_gaps": digest.open_gaps,
        "opened": digest.opened,
        "out_of_scope": digest.out_of_scope,
        "top": [gap_shape(gap) for gap in digest.top],
        "oldest": [gap_shape(gap) for gap in digest.oldest],
        "closed": [gap_shape(gap) for gap in digest.closed],
        "documents": [asdict(wanted) for wanted in digest.documents],
        **{name: _share(getattr(digest, name)) for name in ("lately", "before", "total")},
    }


def digest_view(digest: Digest) -> RenderableType:
    """The digest as one page."""
    parts = [_line(line, "bold" if number == 0 else "default") for number, line in enumerate(digest_summary(digest))]
    for title, gaps in (("Asked for most:", digest.top), ("Waiting longest:", digest.oldest)):
        parts += _listed(title, [f"{gap.id}, {asked_by(gap)}: {gap.question}" for gap in gaps])
    parts += _listed("Closed:", [f"{gap.id}, {gap.status.value}: {gap.question}" for gap in digest.closed])
    parts += _listed("Documents that would need a change:", document_lines(digest))
    return Group(*parts)


def digest_summary(digest: Digest) -> tuple[str, ...]:
    """Say in a few lines how the days went."""
    lately, before = digest.lately, digest.before
    first = f"Gaps from {spell_day(digest.since)} to {spell_day(digest.day)}"
    asked = "1 question" if lately.asked == 1 else f"{lately.asked} questions"
    rate = f"{asked}, {percent(lately)} answered; {percent(before)} in as many days before"
    far = f" ({digest.out_of_scope} out of scope)" if digest.out_of_scope else ""
    counts = f"Gaps: {digest.open_gaps} open{far}; {digest.opened} came and {len(digest.closed)} closed in these days"
    return first, f"{rate}.", f"{counts}."


def document_lines(digest: Digest) -> list[str]:
    """Name the documents nearest to open gaps."""
    return [
        f"{wanted.title}: {wanted.gaps} gap{'s' if wanted.gaps > 1 else ''}, {_people(wanted.askers)}"
        for wanted in digest.documents
    ]


def asked_by(gap: GapRecord) -> str:
    """Count who asked, and since when."""
    return f"{_people(gap.askers)}, since {spell_day(gap.first_asked.date())}"


def percent(share: Share) -> str:
    """The answer rate in words."""
    return "none" if share.rate is None else f"{share.rate:.0%}"


def retested_shape(retested: "Retested") -> Shape:
    """What came of asking again."""
    gaps = [gap_shape(gap) for gap in retested.gaps]
    return {"asked": retested.asked, "answered": retested.answered, "closed": gaps}


def retested_view(retested: "Retested") -> RenderableType:
    """What came of asking again, and which gaps that closed."""
    said = f"{retested.asked} questions asked again, {retested.answered} answered."
    return Group(_line(said, "bold"), *(gap_line("Closed", gap) for gap in retested.gaps))


def written_shape(written: Written) -> Shape:
    """An answer somebody wrote: its document, the gap, and whether the library answers with it."""
    return {
        "document": record_shape(written.document),
        "gap": gap_shape(written.gap),
        "answers": written.answers,
    }


def written_view(written: Written) -> RenderableType:
    """What became of an answer."""
    gap = gap_line("Answered", written.gap) if written.answers else Text(NOT_YET)
    return Group(_line(f"Published: {written.document.card.title}, version {written.document.version}"), gap)


def _share(share: Share) -> Shape:
    rate = None if share.rate is None else round(share.rate, 4)
    return {"asked": share.asked, "answered": share.answered, "gaps": share.gaps, "answer_rate": rate}


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _listed(title: str, lines: Sequence[str]) -> list[Text]:
    if not lines:
        return []
    return [Text(), _line(title, "bold"), *(_line(f"  {' '.join(line.split())}") for line in lines)]


def _line(text: str, style: str = "default") -> Text:
    return Text(printable(text), style=style)
