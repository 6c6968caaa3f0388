"""Words that somebody wants to publish as an answer: their own, or a colleague's once the colleague has said yes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, Row, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.gaps.records import gap_id, gap_number
from knowledge.ledger.opening import writing
from knowledge.ledger.tables import answer_offers


class OfferState(StrEnum):
    """How far an offer is."""

    ASKED = "asked"  # the colleague is to say yes or no
    AGREED = "agreed"  # it is to be published
    PUBLISHED = "published"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Somebody's words as an answer to a gap. `offered_by` wants them published.

    `colleague` wrote them; empty where they did themselves, and nobody has to be asked.
    """

    id: int
    gap: str
    text: str
    source: str
    review_by: date | None
    offered_by: str
    colleague: str
    state: OfferState


class AnswerOffers:
    """Reads and writes offers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def make(
        self, key: str, *, gap: str, text: str, source: str, review_by: date | None, offered_by: str, colleague: str
    ) -> bool:
        """Remember an offer; `key` names the message. False where the same was offered before."""
        values = {"text": text, "source": source, "review_by": review_by.isoformat() if review_by else None}
        values |= {"offered_by": offered_by, "colleague": colleague, "state": OfferState.ASKED.value}
        return self._insert(f"{key} {gap_number(gap)}", gap, values)

    def keep(self, key: str, *, gap: str, text: str, source: str, review_by: date | None, written_by: str) -> int:
        """Remember what somebody wrote themselves, which is to be published; returns its number."""
        values = {"text": text, "source": source, "review_by": review_by.isoformat() if review_by else None}
        values |= {"offered_by": written_by, "colleague": "", "state": OfferState.AGREED.value}
        self._insert(key, gap, values)
        with self._engine.connect() as connection:
            return int(connection.execute(select(answer_offers.c.id).where(answer_offers.c.key == key)).scalar_one())

    def has_later(self, offer: Offer) -> bool:
        """Whether somebody wrote another answer to the same gap since."""
        later = (answer_offers.c.gap_id == gap_number(offer.gap), answer_offers.c.id > offer.id)
        written = (answer_offers.c.colleague == "", answer_offers.c.state != OfferState.REFUSED.value)
        with self._engine.connect() as connection:
            return connection.scalar(select(answer_offers.c.id).where(*later, *written).limit(1)) is not None

    def get(self, id_: int) -> Offer | None:
        """Return one by its number."""
        with self._engine.connect() as connection:
            row = connection.execute(select(answer_offers).where(answer_offers.c.id == id_)).first()
        return _offer(row) if row else None

    def owed(self) -> tuple[Offer, ...]:
        """Return those that somebody has to be asked about, or that are to be published, the first first."""
        owed = answer_offers.c.state.in_((OfferState.ASKED.value, OfferState.AGREED.value))
        with self._engine.connect() as connection:
            return tuple(
                map(_offer, connection.execute(select(answer_offers).where(owed).order_by(answer_offers.c.id)))
            )

    def move(self, id_: int, state: OfferState, *, only_from: OfferState) -> bool:
        """Note what became of one; False where that was said before."""
        at_hand = (answer_offers.c.id == id_, answer_offers.c.state == only_from.value)
        with writing(self._engine) as connection:
            change = update(answer_offers).where(*at_hand).values(state=state.value)
            return connection.execute(change).rowcount == 1

    def _insert(self, key: str, gap: str, values: dict[str, Any]) -> bool:
        values |= {"key": key, "gap_id": gap_number(gap), "made_at": datetime.now(UTC)}
        with writing(self._engine) as connection:
            return connection.execute(upsert(answer_offers).values(values).on_conflict_do_nothing()).rowcount == 1


def _offer(row: Row[Any]) -> Offer:
    return Offer(
        id=row.id,
        gap=gap_id(row.gap_id),
        text=row.text,
        source=row.source,
        review_by=date.fromisoformat(row.review_by) if row.review_by else None,
        offered_by=row.offered_by,
        colleague=row.colleague,
        state=OfferState(row.state),
    )
