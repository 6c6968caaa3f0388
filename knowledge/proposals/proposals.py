"""The room of proposals: propose, amend, confirm, discard, preview. Serves nothing before the confirmation.

A file is read first and kept in the ledger before it is embedded, so that the next start after a crash goes on there.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from threading import Lock

from knowledge.answering.trying import Trying
from knowledge.correcting import corrected
from knowledge.domain import Details, Failure, OnProgress, Passage, Progress, Upload
from knowledge.errors import AlreadyInLibrary, BadSuccession
from knowledge.ledger import Ledger
from knowledge.ledger.copying import copied
from knowledge.ledger.proposals import Proposed
from knowledge.ledger.publishing import Publication, Published
from knowledge.parts import Parts
from knowledge.proposals.guessing import as_details, guesses
from knowledge.proposals.preview import Preview, Rehearsal
from knowledge.proposals.previewing import answers_of, compare, questions_to_ask
from knowledge.proposals.proposal import Proposal
from knowledge.proposals.rehearsing import rehearse
from knowledge.proposals.resembling import shares_of
from knowledge.proposals.showing import proposal_of
from knowledge.receipts import Receipt, report_pages
from knowledge.recognising import Arrival, Known, own_document, recognise

# Questions that people asked, of which a preview tries this many unless told otherwise.
LAST_ASKED = 50

ROLLED_BACK = "Somebody went back behind this very version; `attache restore` brings it back."


class Proposals:
    """Files that wait for an admin's word. Whoever calls has made sure that an admin does."""

    def __init__(
        self, *, ledger: Ledger, parts: Parts, trying: Trying, changing: Lock, make_ready: Callable[[], None]
    ) -> None:
        """Put the room together; `changing` is held by whoever fills or empties the indexes."""
        self._ledger = ledger
        self._parts = parts
        self._indexing = parts.indexing(ledger)
        self._indexes = parts.indexes()
        self._trying = trying
        self._changing = changing
        self._make_ready = make_ready

    def propose(
        self, upload: Upload, *, actor: str, guessing: bool = True, on_progress: OnProgress = lambda _: None
    ) -> Proposal:
        """Read, split and embed a file that nobody is served. One that waits already is the same proposal again.

        Where somebody will look at it, `guessing` fills in what the file does not state of its kind, issuer and date.
        `on_progress` hears how many of its pages are read by OCR, then how many passages are embedded. Raises
        AlreadyInLibrary for a file that the library holds, UnreadableDocument, and DocumentNotFound where
        `upload.replaces` names none.
        """

        def tell_of_page(recognised: int, to_recognise: int) -> None:
            progress = Progress(done=0, total=1, name=upload.name)
            on_progress(replace(progress, recognised=recognised, to_recognise=to_recognise))

        self._make_ready()
        on_progress(Progress(done=0, total=1, name=upload.name))
        arrival = self._recognise(upload)
        id_ = self._waiting(upload.place, arrival)
        publication = None if id_ else self._indexing.read(upload, arrival, tell_of_page)
        with self._changing:
            id_ = id_ or self._waiting(upload.place, arrival)
            if publication and not id_:
                today = self._ledger.now().date()
                guessed = guesses(publication.document, upload.name, today) if guessing else ()
                publication = self._amended(publication, as_details(guessed), None) if guessed else publication
                said = {guess.field: (guess.value, guess.by) for guess in guessed}
                id_ = self._ledger.proposals.add(publication, guessed=said, actor=actor)
                self._place(publication, on_progress)
            elif not self._ledger.library.is_settled():  # the try before this one broke off
                self._indexes.settle(self._ledger.library)
        on_progress(Progress(done=1, total=1, name=upload.name))
        return self.record(str(id_))

    def records(self) -> tuple[Proposal, ...]:
        """Return the proposals, the oldest first."""
        self._make_ready()
        return tuple(map(self._shown, self._ledger.proposals.records()))

    def record(self, proposal_id: str) -> Proposal:
        """Return a proposal. Raises ProposalNotFound, which says so where it was confirmed or discarded."""
        self._make_ready()
        return self._shown(self._ledger.proposals.record(proposal_id))

    def amend(
        self,
        proposal_id: str,
        details: Details,
        *,
        replaces: str | None = None,
        supersedes: str | None = None,
        since: date | None = None,
        actor: str,
        on_progress: OnProgress = lambda _: None,
    ) -> Proposal:
        """Correct what is stated about a proposal; what `details` leaves out stays as it was, "" takes it away.

        `replaces` and `supersedes` name documents by id, place or title, "" for none of them and None for no change.
        A new title embeds passages again. Raises ProposalNotFound, DocumentNotFound, CollectionNotFound, BadSuccession,
        and BadFrontMatter for a date that is none.
        """
        self._make_ready()
        with self._changing:
            proposed = self._ledger.proposals.record(proposal_id)
            before = replace(proposed.publication, passages=self._ledger.proposals.passages(proposed.id))
            after = self._amended(before, details, replaces)
            successor_of = proposed.supersedes
            if supersedes is not None:
                successor_of = self._indexing.find(supersedes) if supersedes else None
            if successor_of == after.document_id:
                raise BadSuccession("A document cannot supersede itself; to be its newer version, it replaces it.")
            since = since or proposed.superseded_from
            self._ledger.proposals.amend(
                proposed.id, after, supersedes=successor_of, superseded_from=since, actor=actor
            )
            if before.passages != after.passages:
                if before.document.card.title == after.document.card.title:
                    taken_over = zip(before.passages, after.kept, strict=True)
                    self._indexes.take_over({old.id: passage for old, passage in taken_over})
                self._place(after, on_progress)
                self._sweep(before.passages)
        return self.record(proposed.id)

    def confirm(self, proposal_id: str, *, actor: str, on_progress: OnProgress = lambda _: None) -> Receipt:
        """Publish a proposal in one transaction; the receipt says how the gold questions fared.

        Raises ProposalNotFound, which says so where it was confirmed already, and BadSuccession.
        """
        self._make_ready()
        start = time.perf_counter()
        publication, did = self._ledger.proposals.confirm(proposal_id, actor=actor)
        self._ledger.failures.note((), tried=[publication.place])
        on_progress(Progress(done=1, total=1, name=publication.name))
        names = (publication.name,)
        pages = report_pages(publication.name, publication.document, publication.passages)
        return Receipt(
            added=names if did is Published.ADDED else (),
            updated=names if did is Published.UPDATED else (),
            unchanged=names if did is Published.UNCHANGED else (),
            pages=(pages,) if publication.document.pages and did is not Published.UNCHANGED else (),
            passages=len(publication.passages),
            seconds=round(time.perf_counter() - start, 3),
            gold=self._trying.run_if_due(),
        )

    def discard(self, proposal_id: str, *, actor: str) -> Proposal:
        """Forget a proposal and all of its text. Returns what it was. Raises ProposalNotFound."""
        self._make_ready()
        with self._changing:
            proposal = self.record(proposal_id)
            passages = self._ledger.proposals.passages(proposal.id)
            self._ledger.proposals.discard(proposal.id, actor=actor)
            self._sweep(passages)
        return proposal

    def preview(
        self, proposal_ids: Sequence[str], *, last: int = LAST_ASKED, on_progress: OnProgress = lambda _: None
    ) -> Preview:
        """Say what confirming these would do to the gold questions and the `last` distinct questions asked.

        Changes nothing. Raises ProposalNotFound, BadSuccession.
        """
        self._make_ready()
        with self._changing, copied(self._ledger) as copy:
            for id_ in dict.fromkeys(proposal_ids):
                copy.proposals.confirm(id_, actor="preview")
            questions = questions_to_ask(self._ledger, last)
            total = 2 * len(questions)
            before = answers_of(questions, self._parts.asking(self._ledger), on_progress, total=total)
            after = answers_of(questions, self._parts.asking(copy), on_progress, done=len(questions), total=total)
            return compare(questions, before, after)

    def rehearse(
        self,
        uploads: Iterable[Upload | Failure],
        *,
        actor: str,
        total: int = 0,
        mirrored: Sequence[str] = (),
        publish_unless_worse: bool = False,
        last: int = LAST_ASKED,
        on_progress: OnProgress = lambda _: None,
    ) -> Rehearsal:
        """Say what `KnowledgeBase.add` would do, and what that would do to answers; leaves nothing behind.

        With `publish_unless_worse` it is done after all, unless a gold question would be answered worse.
        """
        self._make_ready()
        with self._changing:
            rehearsal = rehearse(
                self._ledger,
                self._parts,
                uploads,
                actor=actor,
                total=total,
                mirrored=mirrored,
                publish_unless_worse=publish_unless_worse,
                last=last,
                on_progress=on_progress,
            )
            if not rehearsal.published:
                return rehearsal
            return replace(rehearsal, receipt=replace(rehearsal.receipt, gold=self._trying.run_if_due()))

    def _recognise(self, upload: Upload) -> Arrival:
        library = self._ledger.library
        files = library.files()
        arrival = recognise(upload, files, library.ids(), self._indexing.find)
        if arrival is Known.HELD_BACK:
            raise AlreadyInLibrary(ROLLED_BACK)
        if arrival is Known.UNCHANGED:
            raise AlreadyInLibrary
        nothing_stated = upload.details == Details() and upload.replaces is None
        if nothing_stated and any(known.live and known.file == arrival.file for known in files.values()):
            raise AlreadyInLibrary
        return arrival

    def _waiting(self, place: str, arrival: Arrival) -> str | None:
        """The proposal that this very file is already, whatever was corrected since."""
        for proposed in self._ledger.proposals.records():
            if (proposed.publication.place, proposed.publication.file) == (place, arrival.file):
                return proposed.id
        return None

    def _amended(self, publication: Publication, details: Details, replaces: str | None) -> Publication:
        document_id, place = publication.document_id, publication.place
        origin = publication.origin
        if replaces:
            document_id, origin = self._indexing.find(replaces), place
        elif replaces is not None:
            library = self._ledger.library
            document_id, origin = own_document(place, library.files().get(place), library.ids())
        amended = corrected(replace(publication, document_id=document_id, origin=origin), details)
        self._ledger.library.check_collections(amended.document.card.collections)
        return amended

    def _place(self, publication: Publication, on_progress: OnProgress) -> None:
        def tell(embedded: int, to_embed: int) -> None:
            on_progress(Progress(done=0, total=1, name=publication.name, embedded=embedded, to_embed=to_embed))

        self._indexes.place(self._indexes.begin(publication.kept).finish(tell))
        self._ledger.library.set_settled(settled=True)

    def _sweep(self, passages: Sequence[Passage]) -> None:
        """Forget what nothing keeps any more."""
        library = self._ledger.library
        self._indexes.remove({passage.id for passage in passages} - library.kept_ids())
        library.set_settled(settled=True)

    def _shown(self, proposed: Proposed) -> Proposal:
        if proposed.resembles is None:
            passages = self._ledger.proposals.passages(proposed.id)
            shares = shares_of(passages, self._parts.passages, self._ledger.library)
            self._ledger.proposals.note_resemblance(proposed.id, shares)
            proposed = replace(proposed, resembles=shares)
        return proposal_of(proposed, self._ledger.library)
