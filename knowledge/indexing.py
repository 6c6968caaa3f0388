"""Files into the library: read, split, embed what is new, publish. A crash at any point leaves the old version served.

Vectors and terms are put in place first; a version is then published by one ledger transaction. While they
differ the ledger says "not settled", and the next start sweeps what was never published. The indexes hold the passages
of every version the ledger keeps, so that no later change of what is served moves or embeds anything.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from knowledge.domain import DocumentRecord, Failure, OnProgress, Progress, Upload
from knowledge.embedding import Embedding
from knowledge.errors import EmptyDocument, NotFound, UnreadableDocument
from knowledge.finding import find_document
from knowledge.keywords import TantivyKeywords
from knowledge.ledger.history import History
from knowledge.ledger.library import FileAt, KeptPassage, LibraryRecord
from knowledge.ledger.publishing import Publication, Published
from knowledge.passages import ChromaPassages
from knowledge.reading.isolated import IsolatedReader
from knowledge.receipts import PageReport, Receipt, report_pages
from knowledge.recognising import Arrival, Known, recognise
from knowledge.splitting import embedded_text, split_document

log = logging.getLogger(__name__)

# Passages that are embedded and committed together: enough to sort by length, few enough to show progress.
GROUP = 512


@dataclass(slots=True)
class _Run:
    """What one run did so far; `places` are those that came along, `files` and `ids` what the ledger knew before."""

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
    places: set[str] = field(default_factory=set)
    files: dict[str, FileAt] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()

    def step(self, name: str) -> None:
        """Report one more file decided."""
        self.done += 1
        self.on_progress(Progress(done=self.done, total=self.total, name=name))


class Indexing:
    """Keeps ledger, dense index and keyword index in step."""

    def __init__(
        self,
        *,
        library: LibraryRecord,
        history: History,
        embedding: Embedding,
        passages: ChromaPassages,
        keywords: TantivyKeywords,
        reader: IsolatedReader,
    ) -> None:
        self._library = library
        self._history = history
        self._embedding = embedding
        self._passages = passages
        self._keywords = keywords
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
        groups = self._groups(uploads, run)
        # The next group is read and split while this one is embedded.
        with ThreadPoolExecutor(1, "reading") as reading:
            try:
                ahead = reading.submit(next, groups, None)
                while group := ahead.result():
                    ahead = reading.submit(next, groups, None)
                    self._publish(group, run, actor)
            except BaseException:
                # Whoever pressed Ctrl-C shall not wait for the file at hand, which may be a scan of many pages.
                run.is_over = True
                self.break_off()
                raise
        for record in self._gone(mirrored, run.places):
            self._history.remove(record.id, actor=actor)
            run.removed.append(record.card.title)
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

    def settle_if_needed(self) -> None:
        """Settle after a crash, or when an index does not count what the ledger counts."""
        kept = self._library.count_kept()
        if not self._library.is_settled() or self._passages.count() != kept or self._keywords.count() != kept:
            log.warning("the indexes differ from the ledger; embedded %d passages again", self.settle())

    def settle(self) -> int:
        """Bring both indexes to exactly the passages the ledger keeps. Returns how many were embedded."""
        self._library.set_settled(settled=False)
        kept = self._library.kept_ids()
        dense, keyword = self._passages.ids(), self._keywords.ids()
        self._passages.remove(sorted(dense - kept))
        self._keywords.remove(sorted(keyword - kept))
        missing = sorted(kept - dense)
        for ids in _batches(missing):
            self._place_vectors(self._library.kept(ids))
        for ids in _batches(sorted(kept - keyword)):
            self._place_terms(self._library.kept(ids))
        self._library.set_settled(settled=True)
        return len(missing)

    def rebuild(self, on_progress: OnProgress) -> Receipt:
        """Make both indexes anew from the ledger with the present model; stopped half-way, the next start goes on.

        Entries of the same model are replaced where they are, so that questions asked meanwhile find all of them.
        """
        start = time.perf_counter()
        self._library.set_settled(settled=False)
        if self._library.model() != model_name(self._embedding):
            self._passages.clear()
            self._keywords.clear()
            self._library.set_model(model_name(self._embedding))
        kept, embedded = sorted(self._library.kept_ids()), 0
        for ids in _batches(kept):
            passages = self._library.kept(ids)
            self._place_vectors(passages)
            self._place_terms(passages)
            embedded += len(passages)
            on_progress(Progress(done=embedded, total=len(kept), name="passages"))
        self._passages.remove(sorted(self._passages.ids().difference(kept)))
        self._keywords.remove(sorted(self._keywords.ids().difference(kept)))
        self._library.set_settled(settled=True)
        return Receipt(passages=len(kept), embedded=embedded, seconds=round(time.perf_counter() - start, 3))

    def break_off(self) -> None:
        """Let the file at hand be one that could not be read, for whoever stops and will not wait for a long scan."""
        self._reader.interrupt()

    def _groups(self, uploads: Iterable[Upload | Failure], run: _Run) -> Iterator[list[Publication]]:
        """Yield publications in groups of about GROUP passages; what needs no publishing goes into `run`."""
        group: list[Publication] = []
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
            if sum(len(ready.passages) for ready in group) >= GROUP:
                yield group
                group = []
        if group:
            yield group

    def _prepare(self, upload: Upload, run: _Run) -> Publication | None:
        try:
            arrival = recognise(upload, run.files, run.ids, self._find)
            if isinstance(arrival, Known):
                (run.unchanged if arrival is Known.UNCHANGED else run.held_back).append(upload.name)
                run.step(upload.name)
                return None
            return self._read(upload, arrival)
        except (UnreadableDocument, NotFound) as err:
            log.warning("could not read a file, reference %s", err.reference, exc_info=err)
            run.failed.append(Failure(name=upload.name, advice=err.advice, place=upload.place))
            run.step(upload.name)
            return None

    def _read(self, upload: Upload, arrival: Arrival) -> Publication:
        id_ = arrival.document_id
        document = self._reader.read(replace(upload, details=arrival.details))
        passages = split_document(document, id_, self._embedding.count_tokens, self._embedding.window)
        if not passages:
            raise EmptyDocument
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

    def _find(self, name: str) -> str:
        return find_document(self._library, name).id

    def _publish(self, group: list[Publication], run: _Run, actor: str) -> None:
        self._library.set_settled(settled=False)
        ids = [passage.id for publication in group for passage in publication.passages]
        held = self._passages.holding(ids)
        new = {
            p.id: KeptPassage(id=p.id, title=publication.document.card.title, heading=p.heading, text=p.text)
            for publication in group
            for p in publication.passages
            if p.id not in held
        }
        self._place_vectors([*new.values()])
        self._place_terms([*new.values()])
        run.embedded += len(new)
        names = {Published.ADDED: run.added, Published.UPDATED: run.updated, Published.UNCHANGED: run.unchanged}
        for publication, done in zip(group, self._library.publish(group, actor=actor), strict=True):
            names[done].append(publication.name)
            if publication.document.pages and done is not Published.UNCHANGED:
                run.pages.append(report_pages(publication.name, publication.document))
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

    def _place_vectors(self, passages: Sequence[KeptPassage]) -> None:
        texts = [embedded_text(p.title, p.heading, p.text) for p in passages]
        if texts:
            self._passages.add([p.id for p in passages], self._embedding.encode(texts))

    def _place_terms(self, passages: Sequence[KeptPassage]) -> None:
        if passages:
            self._keywords.add((p.id, " ".join((p.title, *p.heading)), p.text) for p in passages)


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), GROUP):
        yield ids[start : start + GROUP]


def model_name(embedding: Embedding) -> str:
    """Name what the vectors of an index depend on."""
    return f"{embedding.name} ({embedding.dimension})"
