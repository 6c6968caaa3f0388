"""The state of the library on the Home tab of those who keep it: what waits, is due, left, failed, is cited. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.past import spell_moment
from bot.slack.blocks import button
from bot.slack.browsing import counted
from bot.slack.library_view import ANY, SHELF, SNAPSHOTS, STALE, name_of
from bot.slack.safe_text import Block, clip, context, header, listing, paragraph, person, section, words
from bot.standing import review_note
from knowledge.catalogue import Entry, Overview, Standing
from knowledge.sources.source import SourceRecord

# Of each sort; the buttons lead to all of them.
MOST = 5
LONGEST_ADVICE = 500
ALL_WELL = "Nothing waits, no review is due, nothing left lately, every file could be read and every source is well."


def overview_blocks(overview: Overview, sources: Sequence[SourceRecord], now: datetime) -> tuple[Block, ...]:
    """Make the part of the Home tab; moments in the time zone of `now`."""
    unwell = [source for source in sources if source.trouble or source.flagged]
    lists = (
        *_some("Waiting to be published", overview.waiting, [_waiting(one, now) for one in overview.waiting[:MOST]]),
        *_some("Review date passed", overview.stale, [_stale(one) for one in overview.stale[:MOST]]),
        *_some("Removed in the last 30 days", overview.removed, [_left(one, now) for one in overview.removed[:MOST]]),
        *_some(
            "Files that could not be read",
            overview.failed,
            [
                section(words(name_of(one.name), bold=True), words(f": {clip(one.advice, LONGEST_ADVICE)}"))
                for one in overview.failed[:MOST]
            ],
        ),
        *_some("Sources to look at", unwell, [_source(one) for one in unwell[:MOST]]),
    )
    cited = [_line(one, f"cited in {counted(one.cited, 'answer')}") for one in overview.most_cited]
    return (
        header("Keeping the library"),
        *(lists or (paragraph(ALL_WELL),)),
        *_some("Cited most", cited, cited),
        {
            "type": "actions",
            "elements": [
                _shelf("All documents", ANY),
                _shelf("Waiting", Standing.WAITING.value),
                _shelf("Review due", STALE),
                _shelf("Removed", Standing.REMOVED.value),
                button("Snapshots", SNAPSHOTS, "all", label="Open the snapshots"),
            ],
        },
    )


def _some(title: str, everything: Sequence[object], lines: Sequence[Block]) -> tuple[Block, ...]:
    """A list under its title; nothing where there is none."""
    if not everything:
        return ()
    left = len(everything) - len(lines)
    more = (context(f"and {left:,} more"),) if left > 0 else ()
    return (paragraph(f"{title} ({len(everything):,})", bold=True), listing(lines), *more)


def _line(entry: Entry, about: str) -> Block:
    return section(words(name_of(entry.document.card.title)), words(f": {about}" if about else ""))


def _waiting(entry: Entry, now: datetime) -> Block:
    moment = entry.document.publish_at
    return _line(entry, f"from {spell_moment(moment, now)}" if moment else "")


def _stale(entry: Entry) -> Block:
    return _line(entry, review_note(entry.document))


def _left(entry: Entry, now: datetime) -> Block:
    when = f": on {spell_moment(entry.left_at, now)} by " if entry.left_at else ": by "
    return section(words(name_of(entry.document.card.title)), words(when), person(entry.left_by or ""))


def _source(source: SourceRecord) -> Block:
    """What is wrong with a source: as a whole, or that pages are gone from it."""
    gone = f"{counted(len(source.flagged), 'page')} gone and still quoted"
    said = f"could not be refreshed: {clip(source.trouble, LONGEST_ADVICE)}" if source.trouble else gone
    return section(words(f"{source.id} {name_of(source.source.address)}", bold=True), words(f": {said}"))


def _shelf(name: str, status: str) -> Block:
    return button(name, f"{SHELF}:{status}", status, label=f"Open the library: {name}")
