"""Files into the library: read, split, embed what is new, publish. A crash at any point leaves the old version served.

Vectors and terms are put in place first; a version is then published by one ledger transaction. While they
differ the ledger says "not settled", and the next start sweeps what was never published.
"""

import hashlib
import logging
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import PurePath

from knowledge.domain import DocumentRecord, Failure, OnProgress, Passage, Progress, Receipt, Upload, content_id
from knowledge.embedding import Embedding
from knowledge.errors import DocumentNotFound, EmptyDocument, UnreadableDocument
from knowledge.keywords import TantivyKeywords
from knowledge.ledger.library import LibraryRecord, Publication
from knowledge.passages import ChromaPassages
from knowledge.reading import Limits, read_upload
from knowledge.splitting import embedded_text, split_document

log = logging.getLogger(__name__)

# Raised whenever reading or splitting changes, so that unchanged files are read anew.
RECIPE = "1"
# Passages that are embedded and committed together: enough to sort by length, few enough to show progress.
GROUP = 512


@dataclass(slots=True)
class _Run:
    """What one run did so far; `places` are those that came along, `known` the fingerprints there were."""

    total: int
    on_progress: OnProgress
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    passages: int = 0
    embedded: int = 0
    done: int = 0
    places: set[str] = field(default_factory=set)
    known: dict[str, str] = field(default_factory=dict)

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
        embedding: Embedding,
        passages: ChromaPassages,
        keywords: TantivyKeywords,
        limits: Limits,
    ) -> None:
        self._library = library
        self._embedding = embedding
        self._passages = passages
        self._keywords = keywords
        self._limits = limits

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
        run = _Run(total=total, on_progress=on_progress, known=self._library.fingerprints())
        groups = self._groups(uploads, run)
        # The next group is read and split while this one is embedded.
        with ThreadPoolExecutor(1, "reading") as reading:
            ahead = reading.submit(next, groups, None)
            while group := ahead.result():
                ahead = reading.submit(next, groups, None)
                self._publish(group, run, actor)
        for record in self._gone(mirrored, run.places):
            self.remove(record, actor=actor)
            run.removed.append(record.card.title)
        return Receipt(
            added=tuple(run.added),
            updated=tuple(run.updated),
            unchanged=tuple(run.unchanged),
            removed=tuple(run.removed),
            failed=tuple(run.failed),
            passages=run.passages,
            embedded=run.embedded,
            seconds=round(time.perf_counter() - start, 3),
        )

    def remove(self, record: DocumentRecord, *, actor: str) -> None:
        """Take a document out of service; old citations still open."""
        self._library.set_settled(settled=False)
        retired = self._library.remove(record.id, actor=actor)
        self._forget(retired)
        self._library.set_settled(settled=True)

    def settle_if_needed(self) -> None:
        """Settle after a crash, or when an index does not count what the ledger counts."""
        live = len(self._library.live_ids())
        if not self._library.is_settled() or self._passages.count() != live or self._keywords.count() != live:
            log.warning("the indexes differ from the ledger; embedded %d passages again", self.settle())

    def settle(self) -> int:
        """Bring both indexes to exactly the live passages. Returns how many were embedded."""
        self._library.set_settled(settled=False)
        live = self._library.live_ids()
        dense, keyword = self._passages.ids(), self._keywords.ids()
        self._passages.remove(sorted(dense - live))
        self._keywords.remove(sorted(keyword - live))
        missing = sorted(live - dense)
        for ids in _batches(missing):
            self._place_vectors(list(self._library.live(ids).values()), self._titles())
        for ids in _batches(sorted(live - keyword)):
            self._place_terms(list(self._library.live(ids).values()), self._titles())
        self._library.set_settled(settled=True)
        return len(missing)

    def rebuild(self, on_progress: OnProgress) -> Receipt:
        """Make both indexes anew from the ledger with the present model; stopped half-way, the next start goes on."""
        start = time.perf_counter()
        self._library.set_settled(settled=False)
        self._passages.clear()
        self._keywords.clear()
        self._library.set_model(model_name(self._embedding))
        titles, embedded = self._titles(), 0
        live = sorted(self._library.live_ids())
        for ids in _batches(live):
            passages = list(self._library.live(ids).values())
            self._place_vectors(passages, titles)
            self._place_terms(passages, titles)
            embedded += len(passages)
            on_progress(Progress(done=embedded, total=len(live), name="passages"))
        self._library.set_settled(settled=True)
        return Receipt(passages=len(live), embedded=embedded, seconds=round(time.perf_counter() - start, 3))

    def _groups(self, uploads: Iterable[Upload | Failure], run: _Run) -> Iterator[list[Publication]]:
        """Yield publications in groups of about GROUP passages; what needs no publishing goes into `run`."""
        group: list[Publication] = []
        for upload in uploads:
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
        fingerprint = _fingerprint(upload)
        if run.known.get(upload.place) == fingerprint:
            run.unchanged.append(upload.name)
            run.step(upload.name)
            return None
        document_id = document_id_of(upload.place)
        try:
            document = read_upload(upload, self._limits)
            passages = split_document(document, document_id, self._embedding.count_tokens, self._embedding.window)
            if not passages:
                raise EmptyDocument
        except UnreadableDocument as err:
            log.warning("could not read a file, reference %s", err.reference, exc_info=err)
            run.failed.append(Failure(name=upload.name, advice=err.advice, place=upload.place))
            run.step(upload.name)
            return None
        return Publication(
            document_id=document_id,
            place=upload.place,
            name=upload.name,
            fingerprint=fingerprint,
            document=document,
            passages=passages,
        )

    def _publish(self, group: list[Publication], run: _Run, actor: str) -> None:
        self._library.set_settled(settled=False)
        ids = [passage.id for publication in group for passage in publication.passages]
        held = self._passages.holding(ids)
        titles = {publication.document_id: publication.document.card.title for publication in group}
        new = [p for publication in group for p in publication.passages if p.id not in held]
        self._place_vectors(new, titles)
        self._place_terms(new, titles)
        run.embedded += len(new)
        self._forget(sorted(self._library.publish(group, actor=actor)))
        for publication in group:
            (run.updated if publication.place in run.known else run.added).append(publication.name)
            run.passages += len(publication.passages)
            run.step(publication.name)
        self._library.set_settled(settled=True)

    def _gone(self, mirrored: Sequence[str], seen: set[str]) -> list[DocumentRecord]:
        return [
            record
            for record in self._library.documents().values()
            if record.place not in seen and any(PurePath(record.place).is_relative_to(folder) for folder in mirrored)
        ]

    def _place_vectors(self, passages: Sequence[Passage], titles: dict[str, str]) -> None:
        texts = [embedded_text(titles[p.document_id], p.heading, p.text) for p in passages]
        if texts:
            self._passages.add([p.id for p in passages], self._embedding.encode(texts))

    def _place_terms(self, passages: Sequence[Passage], titles: dict[str, str]) -> None:
        if passages:
            self._keywords.add((p.id, " ".join((titles[p.document_id], *p.heading)), p.text) for p in passages)

    def _forget(self, ids: Sequence[str]) -> None:
        self._passages.remove(ids)
        self._keywords.remove(ids)

    def _titles(self) -> dict[str, str]:
        return {id_: record.card.title for id_, record in self._library.documents().items()}


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), GROUP):
        yield ids[start : start + GROUP]


def find_document(library: LibraryRecord, name: str) -> DocumentRecord:
    """Find a live document by id, place or exact title. Raises DocumentNotFound, also when a title is not unique."""
    records = library.documents()
    if name in records:
        return records[name]
    named = [record for record in records.values() if name in {record.place, record.card.title}]
    if len(named) > 1:
        raise DocumentNotFound("Several documents have this title; please name the id that `attache documents` shows.")
    if not named:
        raise DocumentNotFound
    return named[0]


def document_id_of(place: str) -> str:
    """Make a document's id: a readable part from its file name and a part that tells equal names apart."""
    slug = re.sub(r"[^a-z0-9]+", "-", PurePath(place).stem.lower()).strip("-")[:48]
    return f"{slug or 'document'}-{content_id(place)[:8]}"


def model_name(embedding: Embedding) -> str:
    """Name what the vectors of an index depend on."""
    return f"{embedding.name} ({embedding.dimension})"


def _fingerprint(upload: Upload) -> str:
    """Change with the file's bytes, with what a person states about it and with how it is read."""
    return content_id(RECIPE, hashlib.sha256(upload.content).hexdigest(), repr(upload.details))
