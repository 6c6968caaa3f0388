"""A question to ranked passages: the thread where the question leans on it, dense and keyword search, one ranking.

Measured on public conversational questions (benchmarks/quality.md). Never decides whether the hits answer.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from knowledge.answerability import Reads, pieces_of
from knowledge.candidates import Gathering
from knowledge.domain import Hit, Question, Turn
from knowledge.embedding import Embedding, Vectors
from knowledge.fiscal_years import spell_fiscal_years
from knowledge.in_force import is_about_year_of, penalty
from knowledge.keywords import TantivyKeywords
from knowledge.ledger.library import LibraryRecord
from knowledge.near_duplicates import show_once
from knowledge.passages import ChromaPassages
from knowledge.sentences import Span
from knowledge.splitting import embedded_text

if TYPE_CHECKING:
    from knowledge.reranking import Reranker

# Share of the dense score in the ranking; the keyword score gets the rest.
DENSE_SHARE = 0.6
# How much the thread counts beside the question: weight of the vector of "what was said before + question", and of
# the previous question's words. The second pair holds where the question leans on the thread.
HISTORY = (0.3, 0.21)
HISTORY_WHEN_LEANING = (1.0, 0.7)
# Words of the reply to the previous question that are read with it: a follow-up asks on from what it was told first.
REPLY_WORDS = 40
# A pronoun in a question of fewer words than this points into the thread; in a longer one mostly at its own words.
FEW_WORDS = 12
# Candidates of which the best piece is read together with the question, and what a logit of that adds to the score.
# Of shares from 0 to 0.5 this one found most over both public cases (benchmarks/quality.md).
READ = 5
READ_SHARE = 0.25
# Candidates a reranker reads again, where the office has one: the judge and the answerer look at the first five, and
# each candidate costs a pass of the model at question time.
RERANKED = 20
# Share of the reranker's score among them. Half, for nothing was measured here: models differ, and the office's own
# words and the thread are what the first score knows better.
RERANKED_SHARE = 0.5

LEANING_START = re.compile(
    r"^(?:and|but|so|or|then|also|what about|how about|what else|why not|he|she|it|its|they|them|their|his|her"
    r"|that|this|those|these|there)\b",
    re.IGNORECASE,
)
# What begins like this corrects: it leans on the question before, and the reply to that was about the wrong thing.
CORRECTION = re.compile(r"^(?:no,? |i mean|i meant|sorry|actually)\b", re.IGNORECASE)
PRONOUN = re.compile(
    r"\b(?:he|she|it|they|them|him|its|their|his|her|that|this|those|these|there|one|ones)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a question was understood: its vector, its weighted terms and whether it leans on the thread.

    `in_full` is its text, behind the turn before it where it leans on the thread.
    """

    text: str
    in_full: str
    vector: Vectors
    weights: Mapping[str, float]
    idf: Mapping[str, float]
    leans: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search brought: how the question was read, and the hits, best first.

    `read` are the texts that were read together with the question. `candidates` are all passages that were ranked, in
    no order; `repeats` the ids of those that say what a better one says and are no hits for that.
    """

    reading: Reading
    hits: tuple[Hit, ...]
    read: tuple[str, ...] = ()
    candidates: tuple[Hit, ...] = ()
    repeats: frozenset[str] = frozenset()


class Searching:
    """Searches both indexes and keeps what the ledger calls live."""

    def __init__(
        self,
        *,
        library: LibraryRecord,
        embedding: Embedding,
        passages: ChromaPassages,
        keywords: TantivyKeywords,
        reads: Reads,
        reranker: "Reranker | None" = None,
    ) -> None:
        self._library = library
        self._embedding = embedding
        self._gathering = Gathering(library=library, passages=passages, keywords=keywords)
        self._keywords = keywords
        self._reads = reads
        self._reranker = reranker

    @property
    def model(self) -> str:
        """The name of what makes the vectors."""
        return self._embedding.name

    def find(self, question: Question, k: int) -> Found:
        """Return up to `k` hits for a question in its thread, best first."""
        question = in_full_years(question)
        reading = self._read(question)
        found = self._gathering.gather(reading.vector, reading.weights, question.view)
        scores = fuse(found.dense, found.keyword)
        documents = self._library.documents(question.view)
        hits = [
            Hit(
                passage=passage,
                document=documents[passage.document_id],
                score=float(scores[id_]) - lost,
                dense=found.dense[id_],
                keyword=found.keyword.get(id_, 0.0),
                fused=float(scores[id_]),
                penalty=lost,
            )
            for id_, passage in found.passages.items()
            if passage.document_id in documents
            for lost in (penalty(documents[passage.document_id], question.text),)
        ]
        best = sorted(hits, key=lambda hit: -hit.score)[:READ]
        read = tuple(self._best_piece(hit, reading) for hit in best)
        hits = reread(hits, best, self._reads(reading.in_full, read))
        if self._reranker:
            hits = rescore(hits, partial(self._reranker.scores, reading.in_full))
        ranked = rank(hits, question.text)
        repeats = {hit.passage.id for hit in hits}.difference(hit.passage.id for hit in ranked)
        return Found(
            reading=reading, hits=tuple(ranked[:k]), read=read, candidates=tuple(hits), repeats=frozenset(repeats)
        )

    def _best_piece(self, hit: Hit, reading: Reading) -> str:
        """The piece of a passage that holds most of the question's words, below its title and headings."""
        text = hit.passage.text
        rarity = {term: weight * reading.idf[term] for term, weight in reading.weights.items()}

        def held(piece: Span) -> float:
            return sum(rarity.get(term, 0.0) for term in set(self._keywords.terms(text[slice(*piece)])))

        start, end = max(pieces_of(text), key=held, default=(0, len(text)))
        return embedded_text(hit.document.card.title, hit.passage.heading, text[start:end])

    def _read(self, question: Question) -> Reading:
        earlier = [turn.text for turn in question.thread if turn.speaker == "user"]
        leans = bool(earlier) and leans_on_thread(question.text)
        weights = dict.fromkeys(self._keywords.terms(question.text), 1.0)
        texts = [question.text]
        if earlier:
            dense_share, keyword_share = HISTORY_WHEN_LEANING if leans else HISTORY
            before = earlier[-1] if CORRECTION.match(question.text.strip()) else said_before(question.thread)
            texts.append(f"{before} {question.text}")
            for term in self._keywords.terms(earlier[-1]):
                weights[term] = max(weights.get(term, 0.0), keyword_share)
        vectors = self._embedding.encode(texts)
        vector = vectors[0] + (dense_share * vectors[1] if earlier else 0.0)
        return Reading(
            text=question.text,
            in_full=in_full(question),
            vector=vector / np.linalg.norm(vector),
            weights=weights,
            idf=self._keywords.idf(weights),
            leans=leans,
        )


def in_full_years(question: Question) -> Question:
    """Return the question and its thread with their fiscal years in full."""
    thread = tuple(replace(turn, text=spell_fiscal_years(turn.text)) for turn in question.thread)
    return replace(question, text=spell_fiscal_years(question.text), thread=thread)


def leans_on_thread(text: str) -> bool:
    """Whether a question means little without what was said before: pronouns, connectives, a few words, corrections."""
    words = text.split()
    starts = LEANING_START.match(text.strip()) or CORRECTION.match(text.strip())
    return bool(starts or len(words) < 5 or (PRONOUN.search(text) and len(words) < FEW_WORDS))


def said_before(thread: Sequence[Turn]) -> str:
    """Return the last question of a thread with the first words of the reply to it; empty where nobody asked."""
    last = max((number for number, turn in enumerate(thread) if turn.speaker == "user"), default=None)
    if last is None:
        return ""
    reply = " ".join(" ".join(turn.text for turn in thread[last + 1 :]).split()[:REPLY_WORDS])
    return f"{thread[last].text} {reply}".strip()


def fuse(dense: Mapping[str, float], keyword: Mapping[str, float]) -> dict[str, float]:
    """Add standardised cosine and square root of BM25; the root flattens BM25's long tail."""
    ids = list(dense)
    if not ids:
        return {}
    cosine = standardised([dense[id_] for id_ in ids])
    words = standardised([math.sqrt(keyword.get(id_, 0.0)) for id_ in ids])
    return {id_: DENSE_SHARE * cosine[index] + (1 - DENSE_SHARE) * words[index] for index, id_ in enumerate(ids)}


def in_full(question: Question) -> str:
    """Return the question, with the turn before it where it leans on the thread: for a reader of one text only."""
    earlier = [turn.text for turn in question.thread if turn.speaker == "user"]
    return f"{earlier[-1]} {question.text}" if earlier and leans_on_thread(question.text) else question.text


def reread(hits: Sequence[Hit], best: Sequence[Hit], logits: Vectors) -> list[Hit]:
    """Add to the score of the best hits what they were read as, and leave all others below them."""
    taken = {hit.passage.id for hit in best}
    rest = [hit for hit in hits if hit.passage.id not in taken]
    read = [
        replace(hit, score=hit.score + READ_SHARE * float(logit), read=float(logit))
        for hit, logit in zip(best, logits, strict=True)
    ]
    return [*read, *_below(read, rest)]


def rescore(hits: Sequence[Hit], scores_of: Callable[[Sequence[str]], Vectors]) -> list[Hit]:
    """Score the best hits by a reranker too, and leave all others below them, in the order they had.

    Both scores are standardised over these few and added before what is not in force loses: so a penalty weighs what
    it weighs without a reranker. What the judge measures (cosines, words) stays as it was.
    """
    by_score = sorted(hits, key=lambda hit: -hit.score)
    best, rest = by_score[:RERANKED], by_score[RERANKED:]
    texts = [embedded_text(hit.document.card.title, hit.passage.heading, hit.passage.text) for hit in best]
    again = standardised(scores_of(texts) if texts else ())
    before = standardised([hit.score + hit.penalty for hit in best])
    mixed = RERANKED_SHARE * again + (1 - RERANKED_SHARE) * before
    scored = [replace(hit, score=float(score) - hit.penalty) for hit, score in zip(best, mixed, strict=True)]
    return [*scored, *_below(scored, rest)]


def _below(best: Sequence[Hit], rest: Sequence[Hit]) -> list[Hit]:
    """Keep the others below the best, in the order and at the distances they had."""
    lowest = min((hit.score for hit in best), default=0.0)
    drop = max(0.0, max((hit.score for hit in rest), default=lowest) - lowest)
    return [replace(hit, score=hit.score - drop) for hit in rest]


def rank(hits: Sequence[Hit], question: str) -> list[Hit]:
    """Order hits by score, what says the same once, and a successor's best passage before what it superseded.

    Where the question is about the older one's year, it is the other way round.
    """
    by_score = sorted(hits, key=lambda hit: -hit.score)
    best: dict[str, Hit] = {}
    for hit in by_score:
        best.setdefault(hit.document.id, hit)
    first: dict[str, Hit] = {}
    for old in best.values():
        new = best.get(old.document.successor_id or "")
        if new:
            asks_old = is_about_year_of(old.document, question) and not is_about_year_of(new.document, question)
            ahead, behind = (old, new) if asks_old else (new, old)
            first.setdefault(behind.document.id, ahead)
    ranked: dict[str, Hit] = {}
    for hit in by_score:
        ahead = first.get(hit.document.id, hit)
        ranked.setdefault(ahead.passage.id, ahead)
        ranked.setdefault(hit.passage.id, hit)
    return show_once(tuple(ranked.values()), question)


def standardised(values: Sequence[float] | Vectors) -> Vectors:
    """Return the values as distances from their mean in standard deviations; zeros when they are all alike."""
    array = np.asarray(values, dtype=np.float32)
    spread = float(array.std()) if len(array) else 0.0
    return (array - array.mean()) / spread if spread > 0 else array * 0.0
