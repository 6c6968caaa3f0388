"""What happened to the gaps in a week, in one page: the nouns, and how they are put together from log and figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from knowledge.gaps.figures import Figures, Share
from knowledge.gaps.records import GapRecord

# Entries of each list.
MOST = 5
DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A document that would need the change, by the open gaps it is nearest to and how many people asked for those."""

    title: str
    gaps: int
    askers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The gaps from the day `since` to `day`.

    `top` are the open gaps most people ask for, `oldest` those that wait longest, `closed` what was answered or
    declined since, the latest first. Of the open ones `out_of_scope` are: they are neither at the top nor old, and want
    no change of a document. `lately` and `before` are the questions since then and of as many days before.
    """

    since: date
    day: date
    open_gaps: int
    opened: int
    out_of_scope: int
    top: tuple[GapRecord, ...]
    oldest: tuple[GapRecord, ...]
    closed: tuple[GapRecord, ...]
    documents: tuple[Wanted, ...]
    lately: Share
    before: Share
    total: Share


def digest_of(
    records: Sequence[GapRecord],
    figures: Figures,
    *,
    closed: Sequence[str],
    lately: Share,
    before: Share,
    now: datetime,
    days: int = DAYS,
) -> Digest:
    """Put a digest together; `closed` are the ids of gaps closed since, the latest first, some of them open again."""
    since = now - timedelta(days=days)
    by_id = {record.id: record for record in records}
    still_open = [record for record in records if record.status.is_open]
    wanted = [record for record in still_open if not record.is_out_of_scope]
    return Digest(
        since=since.date(),
        day=now.date(),
        open_gaps=len(still_open),
        opened=sum(record.first_asked >= since for record in records),
        out_of_scope=len(still_open) - len(wanted),
        top=tuple(sorted(wanted, key=lambda record: (-record.askers, record.first_asked))[:MOST]),
        oldest=tuple(sorted(wanted, key=lambda record: record.first_asked)[:MOST]),
        closed=tuple(by_id[id_] for id_ in closed if id_ in by_id and not by_id[id_].status.is_open),
        documents=_wanted(wanted),
        lately=lately,
        before=before,
        total=figures.total,
    )


def _wanted(records: Sequence[GapRecord]) -> tuple[Wanted, ...]:
    gaps, askers = Counter[str](), Counter[str]()
    for record in records:
        if record.nearest:
            gaps[record.nearest[0].title] += 1
            askers[record.nearest[0].title] += record.askers
    ranked = sorted(gaps, key=lambda title: (-askers[title], -gaps[title], title))
    return tuple(Wanted(title=title, gaps=gaps[title], askers=askers[title]) for title in ranked[:MOST])
