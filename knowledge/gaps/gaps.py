"""The room of gaps: what the library does not answer, from the question to the guidance that closes it.

Every question without an answer comes here by itself; what people report comes through `report`. Knows nothing of how
any of it is shown or sent.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from knowledge.answering.asking import Asking
from knowledge.domain import GapReason, OnProgress
from knowledge.embedding import Embedding
from knowledge.errors import BadGapChange, QuestionNotFound
from knowledge.finding import find_document
from knowledge.gaps.answers import Written, answer_upload
from knowledge.gaps.digest import DAYS, Digest
from knowledge.gaps.figures import Figures
from knowledge.gaps.records import GapRecord, GapStory, Report
from knowledge.gaps.retesting import Retested, Retesting
from knowledge.ledger import Ledger
from knowledge.ledger.answer_offers import AnswerOffers
from knowledge.ledger.gap_posts import GapPosts
from knowledge.notices import Notice, Told
from knowledge.receipts import Receipt

# What people say of a reply, in the words of the log.
REPORTED = (GapReason.FEEDBACK, GapReason.NEEDS_HUMAN)
LONGEST_SAID = 3_000


class Gaps:
    """Log, group, own, close and count gaps. Whoever acts is named by `actor`, a Slack user id or "desk"."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        asking: Asking,
        embedding: Embedding,
        make_ready: Callable[[], None],
        retesting: Retesting,
        add: Callable[..., Receipt],
    ) -> None:
        """Put the room together; `add` is `KnowledgeBase.add`, the way of every document into the library."""
        self._retesting = retesting
        self._add = add
        self._ledger = ledger
        self._log = ledger.gaps
        self._states = ledger.gap_states
        self._groups = ledger.gap_groups
        self._asking = asking
        self._embedding = embedding
        self._make_ready = make_ready

    @property
    def posts(self) -> GapPosts:
        """Which messages about gaps stand in Slack."""
        return self._ledger.gap_posts

    @property
    def offers(self) -> AnswerOffers:
        """Colleagues' words that wait for a yes before they are published."""
        return self._ledger.answer_offers

    def records(self) -> tuple[GapRecord, ...]:
        """Return all gaps somebody asks for, the latest first; closed ones too."""
        return self._log.records()

    def story(self, gap: str) -> GapStory:
        """Return a gap with what was done to it. Raises GapNotFound."""
        return self._log.story(gap)

    def figures(self) -> Figures:
        """Count what was asked, answered and missed."""
        return self._ledger.gap_figures.figures()

    def report(self, question_id: str, *, reason: GapReason, user: str, said: str = "") -> GapRecord:
        """Log that a reply did not help, or that it takes a person; `said` is why. Said again it counts once.

        Raises QuestionNotFound, and BadGapChange where whoever asked took the question out of the log.
        """
        if reason not in REPORTED:
            raise BadGapChange("A reply can be reported as not helpful, or as one for a person.")
        question = self._ledger.conversations.question(question_id)
        if question is None:
            raise QuestionNotFound
        missed = None
        if not self._log.holds(question_id):
            self._make_ready()
            missed = self._asking.missed(question, reason)
        report = Report(reason=reason, user=user, said=said.strip()[:LONGEST_SAID], at=datetime.now(UTC))
        return self.story(self._log.report(question, report, missed, self._asking.digest())).gap

    def take_back(self, question_id: str, *, reason: GapReason, user: str) -> None:
        """Forget what somebody reported; a question logged for nothing else leaves the log."""
        self._log.take_back(question_id, reason=reason, user=user)

    def withdraw(self, question_id: str, *, actor: str) -> bool:
        """Take a question out of the log: its asker does not want it there, or deleted it. False when it is not there.

        A gap nobody else asks for is closed as withdrawn. One that waits for its answer gets none, and no gap.
        """
        return self._log.withdraw(question_id, actor=actor)

    def unlocated(self) -> tuple[tuple[str, str, str], ...]:
        """Return id, channel and ts of the questions whose message nobody has asked the address of yet."""
        return self._log.unlocated()

    def locate(self, question_id: str, permalink: str) -> None:
        """Note the address of a question's message; an empty one where it has none."""
        self._log.locate(question_id, permalink)

    def assign(
        self, gap: str, *, owner: str, owner_name: str | None = None, due: date | None = None, actor: str
    ) -> GapRecord:
        """Say who sees to a gap, and until when. Raises GapNotFound, BadGapChange."""
        return self._states.assign(gap, owner=owner, owner_name=owner_name, due=due, actor=actor)

    def wait(self, gap: str, *, note: str = "", actor: str) -> GapRecord:
        """Say that somebody outside has to act first. Raises GapNotFound, BadGapChange."""
        return self._states.wait(gap, note=note, actor=actor)

    def note(self, gap: str, text: str, *, actor: str) -> GapRecord:
        """Write a note beside a gap. Raises GapNotFound, BadGapChange."""
        return self._states.note(gap, text, actor=actor)

    def answer(
        self,
        gap: str,
        text: str,
        *,
        source: str,
        review_by: date | None = None,
        author: str,
        credited: str | None = None,
        office: str | None = None,
        actor: str,
    ) -> Written:
        """Publish an answer somebody wrote, cited as that of `credited`, or else of `author`, and ask the gap again.

        Answered again it is the next version of that answer. Raises GapNotFound, and BadGapChange for what is missing.
        """
        record = self.story(gap).gap
        upload = answer_upload(
            record,
            text,
            source=source,
            review_by=review_by,
            author=author,
            credited=credited,
            office=office,
            today=self._ledger.now().date(),
        )
        receipt = self._add([upload], actor=actor, total=1)
        for failure in receipt.failed:
            raise BadGapChange(failure.advice)
        document = find_document(self._ledger.library, upload.place)
        self._states.written(record.id, document.id, version=document.version, actor=actor)
        self._retesting.run(gap=record.id)
        now = self.story(record.id).gap
        return Written(document=document, gap=now, answers=not now.status.is_open)

    def retest(self, *, on_progress: OnProgress = lambda _: None) -> Retested:
        """Ask the questions of all open gaps again now; what the library answers, whoever asked hears.

        Waits for a change of the library that is under way.
        """
        return self._retesting.run(everything=True, on_progress=on_progress)

    def told(self, notice: Notice) -> Told | None:
        """Return what an asker is to be told; None where that holds no more, and the gap is open again."""
        return self._here(self._ledger.proofs.told(notice))

    def translate(self, told: Told) -> bool:
        """Have what an asker is to be told translated, where it needs that and the office has a language model.

        That is kept, so what was told reads the same for good. False where it stays as it is.
        """
        question = self._ledger.conversations.question(told.answer.question_id)
        if question is None or told.answer.translation:
            return False
        answer = self._asking.translated(question, told.answer)
        if answer.translation:
            self._ledger.writing.keep_translation(answer)
        return answer.translation is not None

    def shown(self, notice: Notice) -> Told | None:
        """Return what an asker was told; None where they took the question back."""
        return self._here(self._ledger.proofs.shown(notice))

    def respond(self, notice_id: int, *, user: str, satisfied: bool, said: str = "") -> GapRecord | None:
        """Note what an asker says of what they were told: yes confirms their gap, no opens it again, with a reason.

        None where they took the question back. Raises BadGapChange for anybody else, and the second time.
        """
        return self._ledger.proofs.respond(notice_id, user=user, satisfied=satisfied, said=said)

    def digest(self, days: int = DAYS) -> Digest:
        """Sum up the last days: what most people miss, what waits longest, what closed, what would need a change."""
        return self._ledger.gap_figures.digest(days)

    def answered(self, gap: str, *, actor: str) -> GapRecord:
        """Note that the library answers a gap's questions now. Raises GapNotFound, BadGapChange."""
        return self._states.answered(gap, actor=actor)

    def confirm(self, gap: str, *, actor: str) -> GapRecord:
        """Note that somebody who asked says so too. Raises GapNotFound, BadGapChange."""
        return self._states.confirm(gap, actor=actor)

    def decline(self, gap: str, *, reason: str, actor: str) -> GapRecord:
        """Close a gap the library shall not answer. Raises GapNotFound, BadGapChange."""
        return self._states.decline(gap, reason=reason, actor=actor)

    def in_scope(self, gap: str, *, note: str = "", actor: str) -> GapRecord:
        """Say of a gap taken for out of scope that it is none. Raises GapNotFound, BadGapChange."""
        return self._states.in_scope(gap, note=note, actor=actor)

    def reopen(self, gap: str, *, reason: str = "", actor: str) -> GapRecord:
        """Open a closed gap again. Raises GapNotFound, BadGapChange."""
        return self._states.reopen(gap, reason=reason, actor=actor)

    def merge(self, gap: str, *, into: str, actor: str) -> GapRecord:
        """Make a gap part of another, which keeps number and owner. Raises GapNotFound, BadGapChange."""
        return self._groups.merge(gap, into=into, actor=actor)

    def split(self, gap: str, questions: Sequence[str], *, actor: str) -> GapRecord:
        """Make a new gap of some of a gap's questions, named by id. Raises GapNotFound, BadGapChange."""
        return self._groups.split(gap, questions, actor=actor)

    def move(self, gap: str, questions: Sequence[str], *, to: str, actor: str) -> GapRecord:
        """Put some of a gap's questions into another. Raises GapNotFound, BadGapChange."""
        return self._groups.move(gap, questions, to=to, actor=actor)

    def regroup(self, *, actor: str) -> tuple[GapRecord, ...]:
        """Put new gaps nobody owns into older ones that miss the same; returns those. What people decided stays."""
        self._make_ready()
        return self._groups.regroup(actor=actor)

    def _here(self, told: Told | None) -> Told | None:
        """The same by the office's calendar."""
        return told and replace(told, asked_at=told.asked_at.astimezone(self._ledger.now().tzinfo))

    def make_vectors(self, model: str) -> None:
        """Make the vectors this model has not made yet: of questions from before grouping, or of another model."""
        lacking = self._groups.without_vector(model)
        if lacking:
            vectors = self._embedding.encode([f"{before} {text}".strip() for before, text in lacking.values()])
            self._groups.set_vectors(model, dict(zip(lacking, vectors, strict=True)))
