"""The sources of an office and what was last seen of their pages. Fetches nothing and decides nothing."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from knowledge.dates import Clock, here
from knowledge.domain import Kind
from knowledge.ledger.audit import record_act
from knowledge.ledger.opening import writing
from knowledge.ledger.tables import servings, source_pages, sources
from knowledge.ledger.timeline import is_open
from knowledge.sources.errors import SourceExists, SourceNotFound
from knowledge.sources.source import NewSource, SourceKind, SourcePage, SourceRecord


class SourceRows:
    """Reads and writes sources and their pages."""

    def __init__(self, engine: Engine, now: Clock = here) -> None:
        self._engine = engine
        self._now = now

    def add(self, source: NewSource, *, actor: str) -> SourceRecord:
        """Keep a source. Raises SourceExists."""
        with writing(self._engine) as connection:
            same = (sources.c.address == source.address, sources.c.removed_at.is_(None))
            if connection.scalar(select(func.count()).select_from(sources).where(*same)):
                raise SourceExists
            number = connection.scalar(
                insert(sources).values(**asdict(source), added_at=self._now(), added_by=actor).returning(sources.c.id)
            )
            added = self._record(connection, _row(connection, source_id(number or 0)))
            detail = {"kind": source.kind.value, "address": source.address, "every": source.every}
            record_act(connection, actor=actor, act="add_source", subject=added.id, detail=detail)
        return added

    def remove(self, id_: str, *, actor: str) -> SourceRecord:
        """Keep a source no more; its documents stay. Raises SourceNotFound."""
        with writing(self._engine) as connection:
            removed = self._record(connection, _row(connection, id_))
            number = _number(id_)
            connection.execute(delete(source_pages).where(source_pages.c.source_id == number))
            connection.execute(update(sources).where(sources.c.id == number).values(removed_at=self._now()))
            detail = {"kind": removed.source.kind.value, "address": removed.source.address}
            record_act(connection, actor=actor, act="remove_source", subject=removed.id, detail=detail)
        return removed

    def records(self) -> tuple[SourceRecord, ...]:
        """Return the sources, the first added first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(sources).where(sources.c.removed_at.is_(None)).order_by(sources.c.id))
            return tuple(self._record(connection, row) for row in rows.all())

    def record(self, id_: str) -> SourceRecord:
        """Return one source. Raises SourceNotFound."""
        with self._engine.connect() as connection:
            return self._record(connection, _row(connection, id_))

    def pages(self, id_: str) -> Mapping[str, SourcePage]:
        """Return what is known of the pages of a source, by link or path."""
        query = select(source_pages).where(source_pages.c.source_id == _number(id_)).order_by(source_pages.c.url)
        with self._engine.connect() as connection:
            return {row.url: _page(row) for row in connection.execute(query)}

    def note_pages(self, id_: str, pages: Iterable[SourcePage]) -> None:
        """Note what was seen of pages; nothing of a source that was removed meanwhile."""
        with writing(self._engine) as connection:
            if not _is_kept(connection, id_):
                return
            for page in pages:
                values = asdict(page)
                connection.execute(
                    upsert(source_pages)
                    .values(source_id=_number(id_), **values)
                    .on_conflict_do_update(index_elements=["source_id", "url"], set_=values)
                )

    def forget_pages(self, id_: str, urls: Sequence[str]) -> None:
        """Forget pages that are gone before they ever became a document."""
        with writing(self._engine) as connection:
            for url in urls:
                of_it = (source_pages.c.source_id == _number(id_), source_pages.c.url == url)
                connection.execute(delete(source_pages).where(*of_it))

    def note_refresh(self, id_: str, *, trouble: str | None, actor: str | None) -> None:
        """Note that a refresh is over, what stood in its way as a whole, and, for the trail, who asked for it.

        Pages that are gone and whose document left the library are forgotten: nothing is left to flag.
        """
        with writing(self._engine) as connection:
            if not _is_kept(connection, id_):
                return
            number = _number(id_)
            connection.execute(
                update(sources).where(sources.c.id == number).values(refreshed_at=self._now(), trouble=trouble)
            )
            of_it = source_pages.c.source_id == number
            gone = source_pages.c.missing_since.is_not(None)
            connection.execute(delete(source_pages).where(of_it, gone, ~self._is_served()))
            if actor:
                record_act(connection, actor=actor, act="refresh_source", subject=id_, detail={"trouble": trouble})

    def _record(self, connection: Connection, row: Row[Any]) -> SourceRecord:
        of_it = source_pages.c.source_id == row.id
        missing = source_pages.c.missing_since.is_not(None)
        troubled = select(source_pages).where(of_it, or_(missing, source_pages.c.trouble.is_not(None)))
        wrong = [*map(_page, connection.execute(troubled.order_by(source_pages.c.url)))]
        served = frozenset(connection.scalars(select(source_pages.c.url).where(of_it, missing, self._is_served())))
        return SourceRecord(
            id=source_id(row.id),
            source=NewSource(
                kind=SourceKind(row.kind),
                address=row.address,
                every=row.every,
                document_kind=Kind(row.document_kind) if row.document_kind else None,
                issuer=row.issuer,
                collections=row.collections,
            ),
            added_at=row.added_at,
            added_by=row.added_by,
            refreshed_at=row.refreshed_at,
            trouble=row.trouble,
            pages=connection.scalar(select(func.count()).select_from(source_pages).where(of_it, ~missing)) or 0,
            flagged=tuple(page for page in wrong if page.url in served),
            failed=tuple(page for page in wrong if page.missing_since is None),
        )

    def _is_served(self) -> Any:
        """Whether the document of a page is in the library."""
        served = select(servings.c.document_id).where(is_open(self._now()))
        return source_pages.c.document_id.in_(served)


def source_id(number: int) -> str:
    """Name a source the way people say it: S3."""
    return f"S{number}"


def _number(id_: str) -> int:
    """Read a number back from its name. Raises SourceNotFound."""
    # Nine digits stay within SQLite's integers.
    named = re.fullmatch(r"[Ss]?([0-9]{1,9})", id_.strip())
    if named is None:
        raise SourceNotFound
    return int(named[1])


def _row(connection: Connection, id_: str) -> Row[Any]:
    row = connection.execute(
        select(sources).where(sources.c.id == _number(id_), sources.c.removed_at.is_(None))
    ).first()
    if row is None:
        raise SourceNotFound
    return row


def _is_kept(connection: Connection, id_: str) -> bool:
    kept = select(sources.c.id).where(sources.c.id == _number(id_), sources.c.removed_at.is_(None))
    return connection.scalar(kept) is not None


def _page(row: Row[Any]) -> SourcePage:
    return SourcePage(
        url=row.url,
        etag=row.etag,
        last_modified=row.last_modified,
        listed=row.listed,
        seen_at=row.seen_at,
        missing_since=row.missing_since,
        trouble=row.trouble,
        document_id=row.document_id,
    )
