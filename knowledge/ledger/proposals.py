"""Files that wait for a confirmation, in rows of their own: nothing that serves looks at them.

Confirming publishes what the rows hold and discarding deletes them, each in one transaction.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, delete, desc, func, insert, select, update

from knowledge.dates import Clock, here
from knowledge.domain import Card, Document, Kind, Passage, Status
from knowledge.errors import ProposalDecided, ProposalNotFound
from knowledge.ledger.audit import record_act
from knowledge.ledger.history import supersede
from knowledge.ledger.opening import writing
from knowledge.ledger.publishing import Publication, Published, publish
from knowledge.ledger.rows import passage_from
from knowledge.ledger.state import next_generation, put_state
from knowledge.ledger.tables import audit, proposals, proposed_passages


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A file that waits, as the ledger keeps it; the `publication` comes without its passages.

    `ocr_passages` of its `passages` were read from pictures, on average as sure as `ocr_confidence`, 0 to 1.
    `resembles` gives the share of its passages by the document that says them too; None until it was compared.
    `guessed` has the fields of its card that were guessed, with what was guessed and the words that it rests on.
    """

    id: str
    publication: Publication
    tables: int
    passages: int
    ocr_passages: int
    ocr_confidence: float | None
    supersedes: str | None
    superseded_from: date | None
    resembles: Mapping[str, float] | None
    guessed: Mapping[str, tuple[str, str]]
    made_by: str
    made_at: datetime


class ProposedFiles:
    """Reads and writes what waits."""

    def __init__(self, engine: Engine, now: Clock = here) -> None:
        self._engine = engine
        self._now = now

    def add(self, publication: Publication, *, guessed: Mapping[str, tuple[str, str]], actor: str) -> str:
        """Keep what was read of a file. Its passages count as kept from now on, so a crash costs none of them."""
        with writing(self._engine) as connection:
            number = connection.scalar(
                insert(proposals)
                .values(
                    made_at=self._now(),
                    made_by=actor,
                    tables=sum(section.is_table for section in publication.document.sections),
                    pages=publication.document.pages,
                    empty_pages=list(publication.document.empty_pages),
                    unread_pages=list(publication.document.unread_pages),
                    guessed=dict(guessed),
                    **_columns(publication),
                )
                .returning(proposals.c.id)
            )
            id_ = f"P{number}"
            _insert_passages(connection, id_, publication)
            record_act(
                connection,
                actor=actor,
                act="propose",
                subject=id_,
                detail={"document": publication.document_id, "passages": len(publication.passages)},
            )
        return id_

    def records(self) -> tuple[Proposed, ...]:
        """Return what waits, the oldest first."""
        with self._engine.connect() as connection:
            return tuple(map(_proposed, connection.execute(_rows().order_by(proposals.c.id))))

    def record(self, id_: str) -> Proposed:
        """Return one that waits. Raises ProposalNotFound."""
        with self._engine.connect() as connection:
            return _proposed(_row(connection, id_))

    def passages(self, id_: str) -> tuple[Passage, ...]:
        """Return the passages of one that waits, in reading order."""
        with self._engine.connect() as connection:
            return _passages(connection, id_)

    def amend(
        self, id_: str, publication: Publication, *, supersedes: str | None, superseded_from: date | None, actor: str
    ) -> None:
        """Keep what was corrected. Raises ProposalNotFound."""
        with writing(self._engine) as connection:
            id_ = _proposed(_row(connection, id_)).id
            values: dict[str, Any] = _columns(publication)
            if _passages(connection, id_) != publication.passages:
                connection.execute(delete(proposed_passages).where(proposed_passages.c.proposal_id == _number(id_)))
                _insert_passages(connection, id_, publication)
                values["resembles"] = None
            since = superseded_from.isoformat() if superseded_from else None
            values |= {"supersedes": supersedes, "superseded_from": since}
            connection.execute(update(proposals).where(proposals.c.id == _number(id_)).values(**values))
            detail = {"document": publication.document_id, "supersedes": supersedes}
            record_act(connection, actor=actor, act="amend", subject=id_, detail=detail)

    def note_resemblance(self, id_: str, shares: Mapping[str, float]) -> None:
        """Keep what a proposal resembles."""
        with writing(self._engine) as connection:
            connection.execute(update(proposals).where(proposals.c.id == _number(id_)).values(resembles=dict(shares)))

    def confirm(self, id_: str, *, actor: str) -> tuple[Publication, Published]:
        """Publish one and what it supersedes, all in one transaction. Raises ProposalNotFound, BadSuccession."""
        now = self._now()
        with writing(self._engine) as connection:
            proposed = _proposed(_row(connection, id_))
            publication = replace(proposed.publication, passages=_passages(connection, id_))
            did = publish(connection, publication, actor=actor, now=now)
            if proposed.supersedes is not None:
                since = proposed.superseded_from or now.date()
                by = publication.document_id
                supersede(connection, proposed.supersedes, by=by, since=since, now=now, actor=actor)
            _delete(connection, id_)
            detail = {"document": publication.document_id, "did": did.value}
            record_act(connection, actor=actor, act="confirm", subject=proposed.id, detail=detail)
            next_generation(connection)
        return publication, did

    def discard(self, id_: str, *, actor: str) -> None:
        """Forget one and all of its text. Raises ProposalNotFound."""
        with writing(self._engine) as connection:
            proposed = _proposed(_row(connection, id_))
            _delete(connection, id_)
            put_state(connection, "settled", "no")
            detail = {"document": proposed.publication.document_id}
            record_act(connection, actor=actor, act="discard", subject=proposed.id, detail=detail)


def _number(id_: str) -> int:
    """Read a number back from its name, P7. Raises ProposalNotFound."""
    # Nine digits stay within SQLite's integers.
    named = re.fullmatch(r"[Pp]?([0-9]{1,9})", id_.strip())
    if named is None:
        raise ProposalNotFound
    return int(named[1])


def _rows() -> Select[Any]:
    mine = proposed_passages.c.proposal_id == proposals.c.id
    ocr = proposed_passages.c.ocr
    counts = {"passage_count": func.count(), "ocr_count": func.count(ocr), "ocr_mean": func.avg(ocr)}
    return select(
        proposals,
        *(select(what).where(mine).correlate(proposals).scalar_subquery().label(name) for name, what in counts.items()),
    )


def _row(connection: Connection, id_: str) -> Row[Any]:
    number = _number(id_)
    row = connection.execute(_rows().where(proposals.c.id == number)).first()
    if row is not None:
        return row
    query = select(audit).where(audit.c.subject == f"P{number}", audit.c.act.in_(("confirm", "discard")))
    decided = connection.execute(query.order_by(desc(audit.c.id)).limit(1)).first()
    if decided is None:
        raise ProposalNotFound
    did = "confirmed and is in the library" if decided.act == "confirm" else "discarded"
    raise ProposalDecided(f"This file was {did} already, by {decided.actor}; nothing was changed now.")


def _proposed(row: Row[Any]) -> Proposed:
    card = Card(**{**row.card, "kind": Kind(row.card["kind"]), "status": Status(row.card["status"])})
    return Proposed(
        id=f"P{row.id}",
        publication=Publication(
            document_id=row.document_id,
            place=row.place,
            name=row.name,
            fingerprint=row.fingerprint,
            file=row.file,
            document=Document(
                card=card,
                sections=(),
                pages=row.pages,
                empty_pages=tuple(row.empty_pages),
                unread_pages=tuple(row.unread_pages),
            ),
            passages=(),
            origin=row.origin,
            stated=row.stated,
        ),
        tables=row.tables,
        passages=row.passage_count,
        ocr_passages=row.ocr_count,
        ocr_confidence=row.ocr_mean,
        supersedes=row.supersedes,
        superseded_from=date.fromisoformat(row.superseded_from) if row.superseded_from else None,
        resembles=row.resembles,
        guessed={field: (value, by) for field, (value, by) in row.guessed.items()},
        made_by=row.made_by,
        made_at=row.made_at,
    )


def _columns(publication: Publication) -> dict[str, Any]:
    return {
        "name": publication.name,
        "place": publication.place,
        "document_id": publication.document_id,
        "origin": publication.origin,
        "file": publication.file,
        "fingerprint": publication.fingerprint,
        "stated": dict(publication.stated),
        "card": asdict(publication.document.card),
    }


def _passages(connection: Connection, id_: str) -> tuple[Passage, ...]:
    query = (
        select(proposed_passages, proposed_passages.c.passage_id.label("id"), proposals.c.document_id)
        .join_from(proposed_passages, proposals, proposals.c.id == proposed_passages.c.proposal_id)
        .where(proposals.c.id == _number(id_))
        .order_by(proposed_passages.c.ordinal)
    )
    return tuple(map(passage_from, connection.execute(query)))


def _insert_passages(connection: Connection, id_: str, publication: Publication) -> None:
    put_state(connection, "settled", "no")
    rows = [
        {
            "proposal_id": _number(id_),
            "ordinal": p.ordinal,
            "passage_id": p.id,
            "heading": list(p.heading),
            "text": p.text,
            "page": p.page,
            "section": p.section,
            "start": p.start,
            "end": p.end,
            "unit": p.unit.value,
            "ocr": p.ocr,
        }
        for p in publication.passages
    ]
    connection.execute(insert(proposed_passages), rows)


def _delete(connection: Connection, id_: str) -> None:
    connection.execute(delete(proposed_passages).where(proposed_passages.c.proposal_id == _number(id_)))
    connection.execute(delete(proposals).where(proposals.c.id == _number(id_)))
