"""Files into the library: read, split, embed what is new, publish. A crash at any point leaves the old version served.

Vectors and terms are put in place first; a version is then published by one ledger transaction. While they
differ the ledger says "not settled", and the next start publishes what was under way and sweeps what is left. The
indexes hold the passages of every version the ledger keeps, so that no later change of what is served moves or embeds
anything.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePath
from typing import TypeVar

from knowledge.domain import Document, DocumentRecord, Failure, OnProgress, Progress, Upload
from knowledge.embedding import Embedding
from knowledge.errors import DiskFull, EmptyDocument, NotFound, UnreadableDocument
from knowledge.finding import find_document
from knowledge.indexes import GROUP, Embedded, Indexes, Underway
from knowledge.language import UNDETERMINED, language_of_document
from knowledge.ledger.failures import FailedFiles
from knowledge.ledger.history import History
from knowledge.ledger.library import FileAt, LibraryRecord
from knowledge.ledger.publishing import Publication, Published
from knowledge.reading.isolated import IsolatedReader
from knowledge.reading.outline import OnPage
from knowledge.receipts import PageReport, Receipt, report_pages
from knowledge.recognising import Arrival, Known, recognise
from knowledge.splitting import split_document

log = logging.getLogger(__name__)

# The first groups are small, for the model waits until the first is read.
FIRST = 64

T = TypeVar("T")


@dataclass(slots=True)
class _Run:
    """What one run did so far; `places` are those that came along, `files` and `ids` what the ledger knew before.

    `underway` are the last two groups that went to the model.
    """

    total: int
    on_progress: OnProgress
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    held_back: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    pages: list[PageReport] = field(default_factory=list)
    passages: int = 0
    embedded: int = 0
    done: int = 0
    is_over: bool = False
    underway: list[Underway] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    files: dict[str, FileAt] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()

    def step(self, name: str) -> None:
        """Report one more file decided."""
        self.done += 1
        self.on_progress(Progress(done=self.done, total=self.total, name=name))

    def recognising(self, name: str, recognised: int, to_recognise: int) -> None:
        """Report how far a scan is, page by page: each takes seconds."""
        if to_recognise:
            pages = {"recognised": recognised, "to_recognise": to_recognise}
            self.on_progress(Progress(done=self.done, total=self.total, name=name, **pages))

    def embedding(self, name: str, embedded: int, to_embed: int) -> None:
        """Report how far the passages at hand are."""
        self.on_progress(Progress(done=self.done, total=self.total, name=name, embedded=embedded, to_embed=to_embed))


class Indexing:
    """Reads files and publishes them."""

    def __init__(
        self,
        *,
        library: LibraryRecord,
        history: History,
        failures: FailedFiles,
        embedding: Embedding,
        indexes: Indexes,
        reader: IsolatedReader,
    ) -> None:
        self._library = library
        self._history = history
        self._failures = failures
        self._embedding = embedding
        self._indexes = indexes
        self._reader = reader

    def add(
        self,
        uploads: Iterable[Upload | Failure],
        *,
        actor: str,
        total: int,
        mirrored: Sequence[str],
        on_progress: OnProgress,
    ) -> Receipt:
        """Index files one after the other; those that fail are listed and stop nobody else.

        `mirrored` names folders as they were walked: documents from there that did not come along are removed.
        """
        start = time.perf_counter()
        run = _Run(total=total, on_progress=on_progress, files=self._library.files(), ids=self._library.ids())
        try:
            self._go_through(uploads, run, actor)
        finally:  # nobody sends the model anything more
            for underway in run.underway:
                underway.cancel()
        for record in self._gone(mirrored, run.places):
            self._history.remove(record.id, actor=actor)
            run.removed.append(record.card.title)
        self._failures.note(run.failed, tried=run.places, mirrored=mirrored)
        return Receipt(
            added=tuple(run.added),
            updated=tuple(run.updated),
            unchanged=tuple(run.unchanged),
            held_back=tuple(run.held_back),
            removed=tuple(run.removed),
            failed=tuple(run.failed),
            pages=tuple(run.pages),
            passages=run.passages,
            embedded=run.embedded,
            seconds=round(time.perf_counter() - start, 3),
        )

    def _go_through(self, uploads: Iterable[Upload | Failure], run: _Run, actor: str) -> None:
        """While a group is embedded or published the next waits for the model, and the one after that is read."""
        with ThreadPoolExecutor(1, "reading") as reading, ThreadPoolExecutor(1, "embedding") as embedding:
            try:
                read = _ahead(self._groups(uploads, run), reading)
                for group, underway in _ahead(self._embed(read, run), embedding):
                    self._publish(group, underway.finish(partial(run.embedding, group[-1].name)), run, actor)
            except BaseException:
                # Whoever pressed Ctrl-C shall not wait for the file at hand, which may be a scan of many pages.
                run.is_over = True
                self.break_off()
                # They hear that it was not done, so the next start shall not do it after all.
                with suppress(DiskFull):
                    self._library.begin((), actor=actor)
                raise

    def break_off(self) -> None:
        """Let the file at hand be one that could not be read, for whoever stops and will not wait for a long scan."""
        self._reader.interrupt()

    def _groups(self, uploads: Iterable[Upload | Failure], run: _Run) -> Iterator[list[Publication]]:
        """Yield publications in groups of FIRST to GROUP passages; what needs no publishing goes into `run`."""
        group: list[Publication] = []
        enough = FIRST
        for upload in uploads:
            if run.is_over:
                return
            run.places.add(upload.place or upload.name)
            if isinstance(upload, Failure):
                run.failed.append(upload)
                run.step(upload.name)
                continue
            publication = self._prepare(upload, run)
            if publication:
                group.append(publication)
            if sum(len(ready.passages) for ready in group) >= enough:
                yield group
                group, enough = [], min(GROUP, 4 * enough)
        if group:
            yield group

    def _prepare(self, upload: Upload, run: _Run) -> Publication | None:
        try:
            arrival = recognise(upload, run.files, run.ids, self.find)
            if isinstance(arrival, Known):
                (run.unchanged if arrival is Known.UNCHANGED else run.held_back).append(upload.name)
                run.step(upload.name)
                return None
            return self.read(upload, arrival, partial(run.recognising, upload.name))
        except (UnreadableDocument, NotFound) as err:
            log.warning("could not read a file, reference %s", err.reference, exc_info=err)
            run.failed.append(
                Failure(
                    name=upload.name,
                    advice=err.advice,
                    place=upload.place,
                    details=upload.details,
                    replaces=upload.replaces,
                )
            )
            run.step(upload.name)
            return None

    def read(self, upload: Upload, arrival: Arrival, on_page: OnPage) -> Publication:
        """Read and split a file. Raises UnreadableDocument."""
        id_ = arrival.document_id
        document = _with_language(self._reader.read(replace(upload, details=arrival.details), on_page))
        passages = split_document(document, id_, self._embedding.count_tokens, self._embedding.window)
        if not passages:
            raise EmptyDocument
        self._library.check_collections(document.card.collections)
        return Publication(
            document_id=id_,
            place=upload.place,
            name=upload.name,
            fingerprint=arrival.fingerprint,
            file=arrival.file,
            document=document,
            passages=passages,
            origin=arrival.origin,
            stated=arrival.stated,
        )

    def find(self, name: str) -> str:
        """Return the id of the document that somebody names. Raises DocumentNotFound."""
        return find_document(self._library, name).id

    def finish(self) -> None:
        """Publish what a crash broke off; what of it had reached the indexes is not embedded again."""
        broken_off = self._library.unfinished()
        if broken_off:
            run = _Run(total=len(broken_off.publications), on_progress=lambda _: None)
            try:
                for group, underway in self._embed(iter([broken_off.publications]), run):
                    self._publish(group, underway.finish(), run, broken_off.actor)
            except DiskFull as err:
                log.warning("no room to finish what a crash broke off; the next start tries again", exc_info=err)
            else:
                log.warning("finished %d files that a crash broke off; embedded %d passages", run.total, run.embedded)

    def _embed(
        self, groups: Iterator[Sequence[Publication]], run: _Run
    ) -> Iterator[tuple[Sequence[Publication], Underway]]:
        """Begin to embed what is new of each group, the one before being on its way into the indexes."""
        for group in groups:
            if run.is_over:
                return
            kept = [passage for publication in group for passage in publication.kept]
            coming = run.underway[-1].new if run.underway else ()
            run.underway = [*run.underway[-1:], self._indexes.begin(kept, coming=coming)]
            yield group, run.underway[-1]

    def _publish(self, group: Sequence[Publication], embedded: Embedded, run: _Run, actor: str) -> None:
        self._library.begin(group, actor=actor)
        self._indexes.place(embedded)
        run.embedded += len(embedded.new)
        names = {Published.ADDED: run.added, Published.UPDATED: run.updated, Published.UNCHANGED: run.unchanged}
        for publication, done in zip(group, self._library.publish(group, actor=actor), strict=True):
            names[done].append(publication.name)
            if publication.document.pages and done is not Published.UNCHANGED:
                run.pages.append(report_pages(publication.name, publication.document, publication.passages))
            run.passages += len(publication.passages)
            run.step(publication.name)
        self._library.set_settled(settled=True)

    def _gone(self, mirrored: Sequence[str], seen: set[str]) -> list[DocumentRecord]:
        """The documents whose file was in a folder and is no more; what was rolled back has a newer file there."""
        files = self._library.files()
        newer = {known.document_id for place, known in files.items() if place in seen and known.held_back}
        gone = {
            known.document_id
            for known in files.values()
            if known.live and known.place not in seen and known.document_id not in newer
            if any(PurePath(known.place).is_relative_to(folder) for folder in mirrored)
        }
        return sorted(map(self._library.record, gone), key=lambda record: (record.card.title, record.id))


def _with_language(document: Document) -> Document:
    """Say what language a document is in where its file does not; most do not."""
    if document.card.language != UNDETERMINED:
        return replace(document, language_stated=True)
    language = language_of_document(section.text for section in document.sections)
    return replace(document, card=replace(document.card, language=language))


def _ahead(items: Iterator[T], thread: Executor) -> Iterator[T]:
    """Yield items; the thread makes the next while one is worked with."""
    coming = thread.submit(next, items, None)
    while (item := coming.result()) is not None:
        coming = thread.submit(next, items, None)
        yield item
