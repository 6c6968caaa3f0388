"""What an admin does with documents the ledger keeps: remove, restore, roll back, correct, supersede.

One transaction each. Nothing is read, embedded or moved in an index for it: the indexes hold every version anyway, and
the passages of a correction are there before it.
"""

from datetime import date, datetime

from sqlalchemy import Connection, Engine, select, update

from knowledge.dates import Clock, here
from knowledge.errors import BadCorrection, BadSuccession, DocumentNotFound, NothingToRestore, NothingToRollBack
from knowledge.history import Edition
from knowledge.ledger.audit import record_act
from knowledge.ledger.holdings import present
from knowledge.ledger.opening import writing
from knowledge.ledger.places import take_place_back
from knowledge.ledger.publishing import Publication, publication_of, restate
from knowledge.ledger.rows import document_rows
from knowledge.ledger.state import next_generation
from knowledge.ledger.tables import documents, servings, versions
from knowledge.ledger.timeline import end, in_turn, last_act, never_ran, open_rows, rows_of, serve, undo

CHANGED_MEANWHILE = "Nothing was done: somebody else changed this document just now. Please look at it again."
CIRCLE = "The newer document is itself superseded by the older one, by somebody's word or its file's."


class History:
    """Changes which version is served, and tells what was."""

    def __init__(self, engine: Engine, now: Clock = here) -> None:
        self._engine = engine
        self._now = now

    def remove(self, document_id: str, *, actor: str) -> None:
        """Take a document out of service; its text stays readable. Raises DocumentNotFound."""
        now = self._now()
        with writing(self._engine) as connection:
            standing = open_rows(connection, document_id, now)
            if not standing:
                raise DocumentNotFound
            end(connection, document_id, now)
            _record(connection, actor, "remove", document_id, version=standing[-1].version_id)

    def restore(self, document_id: str, *, actor: str) -> None:
        """Serve again what removing or going back took. Raises NothingToRestore."""
        now = self._now()
        with writing(self._engine) as connection:
            rows = rows_of(connection, document_id)
            before = in_turn(rows)[-1:]
            if open_rows(connection, document_id, now):
                last = last_act(rows)
                undone = [row for row in rows if row.undone_at is not None and row.undone_at >= last.made_at]
                if last.act != "rollback" or not undone:
                    raise NothingToRestore
                comes_back = max(undone, key=lambda row: int(row.version_id))
            elif rows:
                comes_back = rows[-1]
                if never_ran(comes_back) and before:  # removed while a newer version waited: both come back
                    serve(
                        connection, document_id, before[0].version_id, starts=now, now=now, act="restore", actor=actor
                    )
            else:
                raise NothingToRestore
            version, starts = comes_back.version_id, comes_back.starts
            serve(connection, document_id, version, starts=starts, now=now, act="restore", actor=actor)
            take_place_back(connection, document_id, version, now)
            _record(connection, actor, "restore", document_id, version=version)

    def roll_back(self, document_id: str, *, actor: str) -> None:
        """Serve the version that was served before this one. Raises NothingToRollBack.

        A version that still waits to be published is the one that goes.
        """
        now = self._now()
        with writing(self._engine) as connection:
            rows = rows_of(connection, document_id)
            counting = in_turn(rows)
            if len(counting) < 2 or not open_rows(connection, document_id, now):
                raise NothingToRollBack
            target, top = counting[-2:]
            undo(connection, (row.id for row in rows if row.id > target.id), now)
            serve(connection, document_id, target.version_id, starts=now, now=now, act="rollback", actor=actor)
            take_place_back(connection, document_id, target.version_id, now)
            _record(connection, actor, "rollback", document_id, version=target.version_id, before=top.version_id)

    def standing(self, document_id: str) -> tuple[int, Publication]:
        """Return the version that is served, or waits, and its row's id. Raises DocumentNotFound, BadCorrection."""
        with self._engine.connect() as connection:
            version = _correctable(connection, document_id, self._now())
            return version, publication_of(connection, version)

    def correct(self, version: int, publication: Publication, *, actor: str) -> None:
        """Serve the text of a version, which still has to stand, with another card, from now or its moment on.

        Raises DocumentNotFound, CollectionNotFound, BadCorrection.
        """
        now = self._now()
        with writing(self._engine) as connection:
            if _correctable(connection, publication.document_id, now) != version:
                raise BadCorrection(CHANGED_MEANWHILE)
            restate(connection, version, publication, actor=actor, now=now)
            next_generation(connection)

    def supersede(self, document_id: str, *, by: str, since: date, actor: str) -> None:
        """Note that from a day on another document holds in place of this one. Raises BadSuccession on a circle."""
        with writing(self._engine) as connection:
            supersede(connection, document_id, by=by, since=since, now=self._now(), actor=actor)

    def undo_supersede(self, document_id: str, *, actor: str) -> None:
        """Take back what somebody stated: the file's own word counts again. Raises BadSuccession."""
        with writing(self._engine) as connection:
            stated = connection.scalar(select(documents.c.successor_id).where(documents.c.id == document_id))
            if stated is None:
                raise BadSuccession("Nobody stated that this document is superseded; what its file says stays.")
            connection.execute(
                update(documents).where(documents.c.id == document_id).values(successor_id=None, superseded_from=None)
            )
            _record(connection, actor, "undo_supersede", document_id, by=stated)

    def editions(self, document_id: str) -> tuple[Edition, ...]:
        """Return what was served of a document, the latest first."""
        columns = (
            servings.c.act,
            servings.c.made_at,
            servings.c.made_by,
            servings.c.starts,
            servings.c.ends,
            servings.c.undone_at,
        )
        query = (
            document_rows()
            .add_columns(*columns)
            .join(servings, servings.c.version_id == versions.c.id)
            .where(versions.c.document_id == document_id)
            .order_by(servings.c.id.desc())
        )
        with self._engine.connect() as connection:
            return tuple(
                Edition(
                    version=row.number,
                    title=row.title,
                    date=row.date,
                    place=row.place,
                    passages=row.passage_count,
                    act=row.act,
                    at=row.made_at,
                    by=row.made_by,
                    starts=row.starts,
                    ends=row.ends,
                    undone=row.undone_at is not None,
                )
                for row in connection.execute(query)
            )


def supersede(connection: Connection, document_id: str, *, by: str, since: date, now: datetime, actor: str) -> None:
    """Note inside the caller's transaction that from a day on another document holds. Raises BadSuccession."""
    following = _successors(connection, now)
    newer: str | None = by
    while newer is not None:
        if newer == document_id:
            raise BadSuccession(None if by == document_id else CIRCLE)
        newer = following.pop(newer, None)
    connection.execute(
        update(documents)
        .where(documents.c.id == document_id)
        .values(successor_id=by, superseded_from=since.isoformat())
    )
    _record(connection, actor, "supersede", document_id, by=by, since=since.isoformat())


def _correctable(connection: Connection, document_id: str, now: datetime) -> int:
    """The version whose card can be corrected: with two of them a correction of one would end the other."""
    standing = open_rows(connection, document_id, now)
    if not standing:
        raise DocumentNotFound
    if len(standing) > 1:
        raise BadCorrection
    return int(standing[0].version_id)


def _successors(connection: Connection, now: datetime) -> dict[str, str]:
    """What supersedes each document: as a person said, also from a day to come, or else as its file says."""
    held = present(connection, now).documents.values()
    stated = connection.execute(select(documents.c.id, documents.c.successor_id))
    return {
        **{record.id: record.successor_id for record in held if record.successor_id},
        **{row.id: row.successor_id for row in stated if row.successor_id},
    }


def _record(connection: Connection, actor: str, act: str, document_id: str, **detail: str | int | None) -> None:
    record_act(connection, actor=actor, act=act, subject=document_id, detail=detail)
    next_generation(connection)
