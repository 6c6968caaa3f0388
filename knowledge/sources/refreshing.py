"""One refresh of one source: what changed of its pages goes into the library, what is gone is flagged, never removed.

A page is noted only once its document is in the library: stopped at any moment, the next refresh does the rest, and
what it finds unchanged is embedded by nobody.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Protocol

from knowledge.domain import Details, Failure, OnProgress, Progress, Upload
from knowledge.files import NO_DETAILS, find_files, read_uploads
from knowledge.gold_questions import GoldRun
from knowledge.ledger import Ledger
from knowledge.receipts import Receipt
from knowledge.sources.errors import AskedToWait, FetchingStopped, GoneLink, NotFetched
from knowledge.sources.fetching import Fetcher, NotModified
from knowledge.sources.sitemaps import list_pages
from knowledge.sources.source import NewSource, SourceKind, SourcePage, SourceRecord

# Pages fetched before they are read and embedded, so that others who add documents wait for minutes at most.
BATCH = 20
GONE = "It is gone from its source and still quoted; `attache remove` takes its document out of the library."

Listing = Mapping[str, str | None]


class Add(Protocol):
    """How files come into the library: `KnowledgeBase.add`."""

    def __call__(
        self,
        uploads: Iterable[Upload | Failure],
        *,
        actor: str,
        total: int = 0,
        on_progress: OnProgress = ...,
    ) -> Receipt: ...


@dataclass(slots=True)
class Did:
    """What a refresh did so far, as in `Refreshed`; `trouble` is why it did not come to all pages."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    flagged: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    embedded: int = 0
    gold: GoldRun | None = None
    trouble: str | None = None


def list_source(source: NewSource, fetcher: Fetcher) -> Listing:
    """Return the pages a source has now, with its word on when each changed; of a file its size and times.

    Raises NotFetched, and NotFound for a folder that is not there, not readable or empty: more likely a share that is
    not connected than one whose files are gone.
    """
    match source.kind:
        case SourceKind.FOLDER:
            return {_shown(path): _times(path) for path in find_files([Path(source.address)]).paths}
        case SourceKind.PAGE:
            return {source.address: None}
        case SourceKind.SITEMAP:
            return list_pages(fetcher, source.address)


class Refreshing:
    """Goes through the pages of a source. `thorough` asks again for what could have been passed over."""

    def __init__(
        self,
        record: SourceRecord,
        *,
        ledger: Ledger,
        fetcher: Fetcher,
        add: Add,
        actor: str,
        thorough: bool,
        stopping: Event,
        on_progress: OnProgress,
    ) -> None:
        self._id = record.id
        self._source = record.source
        self._ledger = ledger
        self._fetcher = fetcher
        self._add = add
        self._actor = actor
        self._thorough = thorough
        self._stopping = stopping
        self._on_progress = on_progress
        self._known = ledger.sources.pages(record.id)
        self._now = ledger.now()
        self._files = ledger.library.files()
        self._did = Did()

    def run(self, listing: Listing) -> Did:
        """Bring the library up to date with the pages listed."""
        self._flag_unlisted(listing)
        due = [url for url, changed in listing.items() if not self._passed_over(url, changed)]
        if self._source.kind is SourceKind.FOLDER:
            self._read_files(due, listing)
        else:
            self._fetch_pages(due, listing)
        return self._did

    def _passed_over(self, url: str, changed: str | None) -> bool:
        """Whether the source's own word is that a page is as it was. A person's refresh asks all the same."""
        known = self._known.get(url)
        if self._thorough or known is None or changed is None or known.listed != changed or known.missing_since:
            return False
        # A file that could not be read is no better for being read again; a page may be.
        if known.trouble and self._source.kind is not SourceKind.FOLDER:
            return False
        self._did.unchanged += 1
        return True

    def _flag_unlisted(self, listing: Listing) -> None:
        gone = [page for url, page in self._known.items() if url not in listing]
        self._ledger.sources.note_pages(self._id, [self._missing(page) for page in gone if page.document_id])
        self._ledger.sources.forget_pages(self._id, [page.url for page in gone if not page.document_id])

    def _read_files(self, due: Sequence[str], listing: Listing) -> None:
        max_bytes = self._fetcher.max_bytes
        seen = {url: SourcePage(url=url, listed=listing[url], seen_at=self._now) for url in due}
        tried: list[str] = []

        def uploads() -> Iterator[Upload | Failure]:
            for file in read_uploads(map(Path, due), max_bytes=max_bytes):
                if self._stopping.is_set():
                    return
                tried.append(file.place or file.name)
                yield file

        if due:
            self._take_in(uploads(), seen, tried, total=len(due), on_progress=self._on_progress)

    def _fetch_pages(self, due: Sequence[str], listing: Listing) -> None:
        done = 0
        for start in range(0, len(due), BATCH):
            uploads: dict[str, Upload] = {}
            pages: dict[str, SourcePage] = {}
            try:
                for url in due[start : start + BATCH]:
                    pages[url], upload = self._fetch(url, listing[url])
                    if upload:
                        uploads[url] = upload
                    done += 1
                    self._on_progress(Progress(done=done, total=len(due), name=url))
            except (AskedToWait, FetchingStopped) as err:
                self._did.trouble = err.advice
            self._ledger.sources.note_pages(self._id, [page for url, page in pages.items() if url not in uploads])
            if uploads:
                self._take_in(uploads.values(), pages, [*uploads])
            if self._did.trouble or self._stopping.is_set():
                return

    def _fetch(self, url: str, changed: str | None) -> tuple[SourcePage, Upload | None]:
        """Fetch a page; says what it is known as from then on, and what there is to read. Raises AskedToWait."""
        known = self._known.get(url, SourcePage(url=url))
        # What never became a document is asked for as if for the first time.
        holds = known if known.document_id and not known.trouble else SourcePage(url=url)
        try:
            answer = self._fetcher.fetch(url, etag=holds.etag, last_modified=holds.last_modified)
        except (AskedToWait, FetchingStopped):
            raise
        except NotFetched as err:
            if isinstance(err, GoneLink) and known.document_id:
                return self._missing(known), None
            self._did.failed.append(Failure(name=url, advice=err.advice, place=url))
            return replace(known, trouble=err.advice), None
        if isinstance(answer, NotModified):
            self._did.unchanged += 1
            return self._seen(replace(known, listed=changed)), None
        page = replace(known, etag=answer.etag, last_modified=answer.last_modified, listed=changed)
        return page, Upload(name=answer.name, content=answer.content, place=url)

    def _take_in(
        self,
        files: Iterable[Upload | Failure],
        seen: Mapping[str, SourcePage],
        tried: Sequence[str],
        *,
        total: int = 0,
        on_progress: OnProgress = lambda _: None,
    ) -> None:
        """Index files, then note their pages as `seen`; those that were `tried` by then."""
        receipt = self._add(self._wanted(files), actor=self._actor, total=total, on_progress=on_progress)
        did = self._did
        did.added += receipt.added
        did.updated += receipt.updated
        did.unchanged += len(receipt.unchanged)
        did.left_out += receipt.held_back
        did.embedded += receipt.embedded
        did.gold = receipt.gold or did.gold
        advice = {failure.place: failure.advice for failure in receipt.failed}
        if self._stopping.is_set():  # whoever stops breaks off the file at hand, which is no fault of its own
            tried = [url for url in tried if url not in advice]
        did.failed += [failure for failure in receipt.failed if failure.place in tried]
        self._files = self._ledger.library.files()
        pages = [self._seen(seen[url], trouble=advice.get(url)) for url in tried]
        self._ledger.sources.note_pages(self._id, pages)

    def _wanted(self, files: Iterable[Upload | Failure]) -> Iterator[Upload | Failure]:
        """Leave out what a person took out of the library since; what is new gets what the source says of all."""
        for file in files:
            if isinstance(file, Failure):
                yield file
                continue
            at = self._files.get(file.place)
            if at and not at.live and file.place in self._known:
                self._did.left_out.append(file.name)
                continue
            yield file if at else replace(file, details=self._details(file.place))

    def _details(self, place: str) -> Details:
        source = self._source
        link = None if source.kind is SourceKind.FOLDER else place
        details = Details(kind=source.document_kind, issuer=source.issuer, source=link, collections=source.collections)
        return NO_DETAILS if details == NO_DETAILS else details

    def _seen(self, page: SourcePage, trouble: str | None = None) -> SourcePage:
        before = self._known.get(page.url)
        if before and before.missing_since and trouble is None:
            self._did.returned.append(page.url)
        at = self._files.get(page.url)
        return replace(
            page,
            seen_at=self._now,
            missing_since=None,
            trouble=trouble,
            document_id=at.document_id if at else None,
        )

    def _missing(self, page: SourcePage) -> SourcePage:
        if page.missing_since is None:
            self._did.flagged.append(page.url)
        return replace(page, missing_since=page.missing_since or self._now, trouble=GONE)


def _times(path: Path) -> str | None:
    """Size and times of a file, which change whenever it does; None where it went away meanwhile."""
    try:
        stat = path.stat(follow_symlinks=False)
    except OSError:
        return None
    return f"{stat.st_size}-{stat.st_mtime_ns}-{stat.st_ctime_ns}"


def _shown(path: Path) -> str:
    """A path as the ledger can hold it; one made of bytes that are no text leads nowhere any more, and fails."""
    return os.fsencode(path).decode("utf-8", "replace")
