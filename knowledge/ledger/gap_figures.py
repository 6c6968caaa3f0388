"""Adds up questions, answers and gaps from the ledger. Reads only; what was withdrawn counts nowhere."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, and_, case, desc, func, or_, select

from knowledge.dates import Clock
from knowledge.domain import GapReason
from knowledge.gaps.digest import DAYS, Digest, digest_of
from knowledge.gaps.figures import Figures, Share, Term
from knowledge.gaps.masking import MASK
from knowledge.gaps.records import GapRecord
from knowledge.judging import WORD
from knowledge.keywords import STOP_WORDS
from knowledge.ledger.gap_rows import gap_records
from knowledge.ledger.library import LibraryRecord
from knowledge.ledger.tables import answers, audit, citations, gap_questions, near_passages, proofs, questions, versions

MOST_TERMS = 15
STOPPED = frozenset(STOP_WORDS)
ANSWERED = "answer"
NO_DOCUMENT = "none"
CLOSING = ("answer_gap", "confirm_gap", "decline_gap")


class GapFigures:
    """Reads the figures."""

    def __init__(self, engine: Engine, library: LibraryRecord, now: Clock) -> None:
        self._engine = engine
        self._library = library
        self._now = now

    def figures(self) -> Figures:
        """Add up everything there is, by the office's calendar."""
        now = self._now()
        documents = self._library.documents()
        quoted = select(versions.c.document_id).join_from(versions, citations, citations.c.version_id == versions.c.id)
        with self._engine.connect() as connection:
            rows = connection.execute(_outcomes()).all()
            records = gap_records(connection)
            cited = frozenset(connection.scalars(quoted.distinct()))
        took = [row.milliseconds for row in rows if row.outcome == ANSWERED]
        closed = [
            (record.answered_at - record.first_asked) / timedelta(days=1) for record in records if record.answered_at
        ]
        weeks = _shares(rows, lambda row: _monday(row.asked_at.astimezone(now.tzinfo)).isoformat())
        kinds = _shares(rows, lambda row: row.kind or NO_DOCUMENT)
        return Figures(
            day=now.date(),
            total=_share("total", rows),
            weeks=tuple(sorted(weeks, key=lambda share: share.name)),
            kinds=tuple(sorted(kinds, key=lambda share: (-share.asked, share.name))),
            open_gaps=sum(record.status.is_open for record in records),
            out_of_scope=sum(len(record.questions) for record in records if record.is_out_of_scope),
            to_answer=round(median(took)) if took else None,
            to_close=round(median(closed), 2) if closed else None,
            terms=_terms(record for record in records if record.status.is_open and not record.is_out_of_scope),
            never_cited=tuple(record.card.title for id_, record in documents.items() if id_ not in cited),
        )

    def digest(self, days: int = DAYS) -> Digest:
        """Sum up the last days: what most people miss, what waits longest, what closed and how many got an answer."""
        now = self._now()
        since, before = now - timedelta(days=days), now - timedelta(days=2 * days)
        with self._engine.connect() as connection:
            rows = connection.execute(_outcomes()).all()
            records = gap_records(connection)
            closed = _closed(connection, since)
        return digest_of(
            records,
            self.figures(),
            closed=closed,
            lately=_share("lately", [row for row in rows if row.asked_at >= since]),
            before=_share("before", [row for row in rows if before <= row.asked_at < since]),
            now=now,
            days=days,
        )


def _closed(connection: Connection, since: datetime) -> tuple[str, ...]:
    """The ids of gaps that were closed, the latest first."""
    acts = select(audit.c.subject).where(audit.c.act.in_(CLOSING), audit.c.at >= since).order_by(desc(audit.c.id))
    return tuple(dict.fromkeys(connection.scalars(acts)))


def _outcomes() -> Select[Any]:
    """Select one row a question something came of: when, what, and the kind of the document quoted first or nearest.

    Questions that we asked again are not among them, nor is what an answered message left open: it counts as answered.
    """
    first = and_(citations.c.question_id == questions.c.id, citations.c.number == 1)
    nearest = and_(near_passages.c.question_id == questions.c.id, near_passages.c.rank == 0)
    version = case((answers.c.outcome == ANSWERED, citations.c.version_id), else_=near_passages.c.version_id)
    return (
        select(questions.c.asked_at, answers.c.outcome, answers.c.milliseconds, versions.c.kind)
        .join_from(answers, questions, questions.c.id == answers.c.question_id)
        .outerjoin(gap_questions, gap_questions.c.question_id == questions.c.id)
        .outerjoin(citations, first)
        .outerjoin(near_passages, nearest)
        .outerjoin(versions, versions.c.id == version)
        .where(questions.c.id.not_in(select(proofs.c.answer_id)))
        .where(or_(gap_questions.c.question_id.is_(None), gap_questions.c.withdrawn_at.is_(None)))
        .where(func.coalesce(gap_questions.c.reason, "") != GapReason.PARTIAL.value)
    )


def _shares(rows: Iterable[Row[Any]], name_of: Callable[[Row[Any]], str]) -> list[Share]:
    named: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        named[name_of(row)].append(row)
    return [_share(name, some) for name, some in named.items()]


def _share(name: str, rows: Sequence[Row[Any]]) -> Share:
    answered = sum(row.outcome == ANSWERED for row in rows)
    return Share(name=name, answered=answered, gaps=len(rows) - answered)


def _monday(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())


def _terms(records: Iterable[GapRecord]) -> tuple[Term, ...]:
    """The words most gaps hold, function words and masks left out."""
    held: Counter[str] = Counter()
    for record in records:
        texts = (MASK.sub(" ", one.text).casefold() for one in record.questions)
        held.update({word for text in texts for word in WORD.findall(text) if len(word) > 1 and word not in STOPPED})
    ranked = sorted(held.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple(Term(word=word, gaps=count) for word, count in ranked[:MOST_TERMS])
