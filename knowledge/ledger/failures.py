"""Files that could not be indexed, until they are, or are gone: what to do about each, and when it was tried."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import PurePath

from sqlalchemy import Engine, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.dates import Clock, here
from knowledge.domain import Failure
from knowledge.ledger.opening import writing
from knowledge.ledger.tables import failures
from knowledge.receipts import FailedFile
from knowledge.recognising import details_of, stated_in


class FailedFiles:
    """Reads and writes the list."""

    def __init__(self, engine: Engine, now: Clock = here) -> None:
        self._engine = engine
        self._now = now

    def records(self) -> tuple[FailedFile, ...]:
        """Return the files by place."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(failures).order_by(failures.c.place))
            return tuple(
                FailedFile(
                    place=row.place,
                    name=row.name,
                    advice=row.advice,
                    failed_at=row.failed_at,
                    details=details_of(row.stated or {}),
                    replaces=row.replaces,
                )
                for row in rows
            )

    def note(self, failed: Iterable[Failure], *, tried: Collection[str], mirrored: Sequence[str] = ()) -> None:
        """Note what failed of the places `tried`; what of the `mirrored` folders was not tried is gone."""
        now = self._now()
        values = {
            failure.place or failure.name: {
                "name": failure.name,
                "advice": failure.advice,
                "failed_at": now,
                "stated": stated_in(failure.details),
                "replaces": failure.replaces,
            }
            for failure in failed
        }
        known = {record.place for record in self.records()}
        over = known.intersection(tried).difference(values)
        over |= {p for p in known.difference(tried) if any(PurePath(p).is_relative_to(folder) for folder in mirrored)}
        if not values and not over:
            return
        with writing(self._engine) as connection:
            connection.execute(delete(failures).where(failures.c.place.in_(over)))
            for place, said in values.items():
                connection.execute(
                    upsert(failures)
                    .values(place=place, **said)
                    .on_conflict_do_update(index_elements=["place"], set_=said)
                )
