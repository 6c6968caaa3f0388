"""The knowledge base: everything people do with the library, behind one door. No logic of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING

from knowledge.answerability import Answerability
from knowledge.answering.asking import Considered
from knowledge.answering.onlooker import Onlooker
from knowledge.answering.trying import Trying, add_gold
from knowledge.briefing.briefing import Briefing
from knowledge.collecting import Collecting
from knowledge.collections import Audience
from knowledge.correcting import Correcting
from knowledge.domain import (
    Answer,
    Details,
    DocumentRecord,
    Failure,
    Gap,
    Hit,
    Manifest,
    OnProgress,
    PassageInContext,
    Question,
    Upload,
)
from knowledge.embedding import Embedding
from knowledge.errors import ModelMismatch, QuestionNotFound
from knowledge.explaining import Explanation, explain_outcome
from knowledge.finding import find_document, find_kept
from knowledge.following_up import FollowingUp
from knowledge.gaps.gaps import Gaps
from knowledge.gaps.retesting import Retesting
from knowledge.gold_questions import GoldQuestion, GoldRecord, GoldRun
from knowledge.history import Audited, AuditEntry, Edition, GoneBack, Snapshot
from knowledge.keywords import TantivyKeywords
from knowledge.ledger import Ledger
from knowledge.ledger.catalogue import Catalogue
from knowledge.ledger.conversations import Conversations
from knowledge.ledger.copying import clear_copies
from knowledge.ledger.intake import Intake
from knowledge.ledger.notices import Notices
from knowledge.ledger.recalls import Recalls
from knowledge.ledger.writing import WritingRecord
from knowledge.parts import Parts
from knowledge.passages import ChromaPassages
from knowledge.proposals.proposals import Proposals
from knowledge.reading.isolated import IsolatedReader
from knowledge.receipts import Change, Receipt
from knowledge.reranking import Reranker
from knowledge.sources.fetching import Fetcher
from knowledge.sources.sources import Sources

if TYPE_CHECKING:
    from knowledge.answering.writing.writing import Writing


class KnowledgeBase:
    """Ask, search, add, remove, rebuild: the one way in for Slack, command line, desk and benchmarks."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        embedding: Embedding,
        passages: ChromaPassages,
        keywords: TantivyKeywords,
        reader: IsolatedReader,
        answerability: Answerability,
        reranker: Reranker | None = None,
        threshold: float | None = None,
        release: str = "",
        fetcher: Fetcher | None = None,
        writing: "Writing | None" = None,
        recall_days: int = 0,
    ) -> None:
        """Put the parts together; `threshold` replaces the judge's own, `release` goes into the manifest.

        Answers of the last `recall_days` are looked over when documents change.
        """
        self._ledger = ledger
        self._release = release
        parts = Parts(
            embedding=embedding,
            passages=passages,
            keywords=keywords,
            reader=reader,
            reranker=reranker,
            answerability=answerability,
            threshold=threshold,
            release=release,
        )
        self._indexes = parts.indexes()
        self._indexing = parts.indexing(ledger)
        self._correcting = Correcting(library=ledger.library, history=ledger.history, indexes=self._indexes)
        self._searching = parts.searching(ledger)
        self._asking = parts.asking(ledger, writing)
        self._briefing = Briefing(ledger=ledger, asking=self._asking, terms=keywords.terms, writing=writing)
        self._changing = Lock()
        self._ready = False
        retesting = Retesting(ledger=ledger, parts=parts, changing=self._changing, make_ready=self._make_ready)
        self._following_up = FollowingUp(retesting, ledger.recalls, recall_days=recall_days)
        self._trying = Trying(ledger=ledger, asking=self._asking, manifest=release, changed=self._following_up.wake)
        self._gaps = Gaps(
            ledger=ledger,
            asking=self._asking,
            embedding=embedding,
            make_ready=self._make_ready,
            retesting=retesting,
            add=self.add,
        )
        self._proposals = Proposals(
            ledger=ledger, parts=parts, trying=self._trying, changing=self._changing, make_ready=self._make_ready
        )
        self._sources = Sources(ledger=ledger, fetcher=fetcher or Fetcher(), add=self.add, break_off=self.break_off)

    @property
    def conversations(self) -> Conversations:
        """Questions, outcomes and the replies still owed."""
        return self._ledger.conversations

    @property
    def writing(self) -> WritingRecord:
        """What a language model was asked, what of its sentences was kept, and what it took."""
        return self._ledger.writing

    @property
    def proposals(self) -> Proposals:
        """Files that wait for an admin's confirmation, and what a change would do to answers."""
        return self._proposals

    @property
    def catalogue(self) -> Catalogue:
        """What those who keep the library look up of its documents."""
        return self._ledger.catalogue

    @property
    def intake(self) -> Intake:
        """What people handed in and nobody has decided about yet."""
        return self._ledger.intake

    @property
    def collections(self) -> Collecting:
        """Collections of documents, and who may read them."""
        return Collecting(self._ledger)

    @property
    def sources(self) -> Sources:
        """Folders, web pages and sitemaps that are read anew on a schedule."""
        return self._sources

    @property
    def gaps(self) -> Gaps:
        """What the library does not answer: logged, grouped, owned and closed."""
        return self._gaps

    @property
    def recalls(self) -> Recalls:
        """Answers that quoted what holds no more, and who is to be told."""
        return self._ledger.recalls

    @property
    def notices(self) -> Notices:
        """Messages that people are owed without having asked for them."""
        return self._ledger.notices

    @property
    def following_up(self) -> FollowingUp:
        """What follows every change of the library in the background, once it is started."""
        return self._following_up

    def ask(self, question: Question, onlooker: Onlooker | None = None) -> Answer | Gap:
        """Answer with verified quotes, or log a gap. Asked again with the same id, the recorded outcome returns.

        Where a memo is wanted, the quotes are laid out as one.
        """
        self._make_ready()
        if question.memo:
            return self._briefing.write(question, question.memo)
        return self._asking.ask(question, onlooker)

    def try_question(self, question: Question) -> Considered:
        """Say what would come of a question, and how, without a record of it."""
        self._make_ready()
        return self._asking.consider(question)

    def explain(self, question_id: str) -> Explanation:
        """Consider a question once more in its thread, without a record, and say what each stage makes of it.

        Raises QuestionNotFound.
        """
        question = self.conversations.question(question_id)
        if question is None:
            raise QuestionNotFound
        answered_from = self.conversations.manifest_of(question_id)
        changed = answered_from is not None and answered_from != self.manifest().digest
        return explain_outcome(self.try_question(question), library_changed=changed)

    def search(self, question: Question, k: int = 10) -> tuple[Hit, ...]:
        """Return up to `k` passages for a question in its thread, best first."""
        self._make_ready()
        return self._searching.find(self._asking.in_thread(question), k).hits

    def add(
        self,
        uploads: Iterable[Upload | Failure],
        *,
        actor: str,
        total: int = 0,
        mirrored: Sequence[str] = (),
        on_progress: OnProgress = lambda _: None,
    ) -> Receipt:
        """Index files; documents from the `mirrored` folders that are not among them leave the library.

        Where that changed the library the gold questions run, and the receipt says how they fared.
        """
        self._make_ready()
        with self._changing:
            receipt = self._indexing.add(uploads, actor=actor, total=total, mirrored=mirrored, on_progress=on_progress)
            return replace(receipt, gold=self._trying.run_if_due())

    def remove(self, document: str, *, actor: str) -> Change:
        """Take a document, named by id, place or title, out of the library. Raises DocumentNotFound."""
        self._make_ready()
        record = find_document(self._ledger.library, document)
        self._ledger.history.remove(record.id, actor=actor)
        return Change(document=record, gold=self._trying.run_if_due())

    def restore(self, document: str, *, actor: str) -> Change:
        """Bring back what removing or rolling back took. Raises DocumentNotFound, NothingToRestore."""
        self._make_ready()
        id_ = find_kept(self._ledger.library, document).id
        self._ledger.history.restore(id_, actor=actor)
        return self._changed(id_)

    def roll_back(self, document: str, *, actor: str) -> Change:
        """Serve the version before this one. Raises DocumentNotFound, NothingToRollBack."""
        self._make_ready()
        id_ = find_document(self._ledger.library, document).id
        self._ledger.history.roll_back(id_, actor=actor)
        return self._changed(id_)

    def correct(self, document: str, details: Details, *, actor: str) -> Change:
        """Correct what is stated about a document; what `details` leave out stays as it was, "" takes it away.

        A new title embeds its passages again. Raises DocumentNotFound, CollectionNotFound, BadCorrection, and
        BadFrontMatter for a date that is none.
        """
        self._make_ready()
        id_ = find_document(self._ledger.library, document).id
        with self._changing:
            self._correcting.correct(id_, details, actor=actor)
            return self._changed(id_)

    def supersede(self, document: str, *, by: str, since: date | None = None, actor: str) -> Change:
        """State that another document holds in place of this one from a day on, today unless given.

        Raises DocumentNotFound, and BadSuccession for a circle.
        """
        self._make_ready()
        id_, newer = (find_document(self._ledger.library, name).id for name in (document, by))
        self._ledger.history.supersede(id_, by=newer, since=since or self._ledger.now().date(), actor=actor)
        return self._changed(id_)

    def undo_supersede(self, document: str, *, actor: str) -> Change:
        """Take back that a document is superseded; its file's own word counts again. Raises BadSuccession."""
        self._make_ready()
        id_ = find_document(self._ledger.library, document).id
        self._ledger.history.undo_supersede(id_, actor=actor)
        return self._changed(id_)

    def take_snapshot(self, name: str, *, actor: str) -> Snapshot:
        """Name the library as it is now. Raises SnapshotExists."""
        return self._ledger.snapshots.take(name, actor=actor)

    def snapshots(self) -> tuple[Snapshot, ...]:
        """Return the snapshots, the latest first."""
        return self._ledger.snapshots.records()

    def go_back(self, snapshot: str, *, actor: str) -> tuple[GoneBack, GoldRun | None]:
        """Serve what was served at a snapshot; says what that changed. Raises SnapshotNotFound."""
        self._make_ready()
        gone_back = self._ledger.snapshots.go_back(snapshot, actor=actor)
        return gone_back, self._trying.run_if_due()

    def history(self, document: str) -> tuple[Edition, ...]:
        """Return what was served of a document, also of one that was removed, the latest first."""
        return self._ledger.history.editions(find_kept(self._ledger.library, document).id)

    def rebuild(self, on_progress: OnProgress = lambda _: None) -> Receipt:
        """Make both indexes anew from the ledger with the present model."""
        with self._changing:
            receipt = self._indexes.rebuild(self._ledger.library, on_progress)
            return replace(receipt, gold=self._trying.run_if_due())

    def break_off(self) -> None:
        """Stop reading the file at hand: whoever stops us shall not wait for a scan of many pages."""
        self._indexing.break_off()

    def documents(self) -> tuple[DocumentRecord, ...]:
        """Return the documents in the library by title."""
        return tuple(self._ledger.library.documents().values())

    def waiting(self) -> tuple[DocumentRecord, ...]:
        """Return what waits to be published, for those who keep the library only."""
        return self._ledger.library.waiting()

    def removed(self) -> tuple[DocumentRecord, ...]:
        """Return the documents that left the library, which can be restored."""
        return self._ledger.library.removed()

    def audit(self, last: int | None = None) -> tuple[AuditEntry, ...]:
        """Return the acts of the audit trail, the latest first."""
        return self._ledger.audit.entries(last)

    def verify_audit(self) -> Audited:
        """Check the audit trail against itself."""
        return self._ledger.audit.verify()

    def passage(self, passage_id: str, audience: Audience | None = None) -> PassageInContext:
        """Return a passage an audience may read with its neighbours, also once it left. Raises PassageNotFound."""
        return self._ledger.library.passage(passage_id, audience)

    def gold(self) -> tuple[GoldRecord, ...]:
        """Return the office's gold questions with what the last run made of them."""
        return self._ledger.gold.records()

    def add_gold(self, question: GoldQuestion, *, actor: str) -> GoldRecord:
        """Keep a gold question; its document is named by id, place or title. Raises DocumentNotFound, BadQuestion."""
        return add_gold(self._ledger, question, actor=actor)

    def run_gold(self, on_progress: OnProgress = lambda _: None) -> GoldRun:
        """Ask every gold question of the library as it stands and compare with the last run asked for."""
        self._make_ready()
        with self._changing:
            return self._trying.run(on_progress)

    def manifest(self, audience: Audience | None = None) -> Manifest:
        """Sum up what the library holds for an audience."""
        return self._ledger.library.manifest(self._release, audience)

    def close(self) -> None:
        """Let go of the ledger's file."""
        self._ledger.close()

    def _changed(self, document_id: str) -> Change:
        return Change(document=self._ledger.library.record(document_id), gold=self._trying.run_if_due())

    def _make_ready(self) -> None:
        """Once: refuse vectors of another model, and finish or sweep what a crash left."""
        if self._ready:  # without the lock, so that nobody waits to ask while documents are added
            return
        with self._changing:
            if self._ready:
                return
            library, present = self._ledger.library, self._indexes.model
            clear_copies(self._ledger)
            if library.model() is None:
                library.set_model(present)
            if library.model() != present:
                raise ModelMismatch
            self._indexing.finish()
            self._indexes.settle_if_needed(library)
            self._gaps.make_vectors(present)
            self._ready = True
