"""A question to ranked passages: the thread where the question leans on it, dense and keyword search, one ranking.

Measured on public conversational questions (benchmarks/quality.md). Never decides whether the hits answer.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.domain import DocumentRecord, Hit, Question, Status
from knowledge.embedding import Embedding, Vectors
from knowledge.keywords import TantivyKeywords
from knowledge.ledger.library import LibraryRecord
from knowledge.passages import ChromaPassages

# Candidates taken from each index before they are ranked together.
CANDIDATES = 100
# Share of the dense score in the ranking; the keyword score gets the rest.
DENSE_SHARE = 0.6
# How much the thread counts beside the question: weight of the vector of "previous turn + question", and of
# the previous turn's words. The second pair holds where the question leans on the thread.
HISTORY = (0.3, 0.21)
HISTORY_WHEN_LEANING = (1.0, 0.7)
# What a passage loses, in standard deviations of the ranking, when its document is not in force.
PENALTY = {Status.CURRENT: 0.0, Status.DRAFT: 0.5, Status.HISTORICAL: 0.5, Status.SUPERSEDED: 2.0}

LEANING_START = re.compile(
    r"^(?:and|but|so|or|then|also|what about|how about|what else|why not|he|she|it|its|they|them|their|his|her"
    r"|that|this|those|these|there|no,? |i mean|i meant|sorry|actually)\b",
    re.IGNORECASE,
)
PRONOUN = re.compile(
    r"\b(?:he|she|it|they|them|him|its|their|his|her|that|this|those|these|there|one|ones)\b", re.IGNORECASE
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a question was understood: its vector, its weighted terms and whether it leans on the thread."""

    text: str
    vector: Vectors
    weights: Mapping[str, float]
    idf: Mapping[str, float]
    leans: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search brought: how the question was read, and the hits, best first."""

    reading: Reading
    hits: tuple[Hit, ...]


class Searching:
    """Searches both indexes and keeps what the ledger calls live."""

    def __init__(
        self,
        *,
        library: LibraryRecord,
        embedding: Embedding,
        passages: ChromaPassages,
        keywords: TantivyKeywords,
    ) -> None:
        self._library = library
        self._embedding = embedding
        self._passages = passages
        self._keywords = keywords

    def find(self, question: Question, k: int) -> Found:
        """Return up to `k` hits for a question in its thread, best first."""
        reading = self._read(question)
        dense = self._passages.nearest(reading.vector, CANDIDATES)
        keyword = self._keywords.best(reading.weights, CANDIDATES)
        dense |= self._passages.similarities(reading.vector, [id_ for id_ in keyword if id_ not in dense])
        live = self._library.live(list(dense))
        scores = fuse({id_: dense[id_] for id_ in live}, keyword)
        documents = self._library.documents()
        hits = [
            Hit(
                passage=passage,
                document=documents[passage.document_id],
                score=float(scores[id_]) - penalty(documents[passage.document_id], question.text),
                dense=dense[id_],
                keyword=keyword.get(id_, 0.0),
            )
            for id_, passage in live.items()
            if passage.document_id in documents
        ]
        return Found(reading=reading, hits=tuple(rank(hits)[:k]))

    def _read(self, question: Question) -> Reading:
        earlier = [turn.text for turn in question.thread if turn.speaker == "user"]
        leans = bool(earlier) and leans_on_thread(question.text)
        weights = dict.fromkeys(self._keywords.terms(question.text), 1.0)
        texts = [question.text]
        if earlier:
            dense_share, keyword_share = HISTORY_WHEN_LEANING if leans else HISTORY
            texts.append(f"{earlier[-1]} {question.text}")
            for term in self._keywords.terms(earlier[-1]):
                weights[term] = max(weights.get(term, 0.0), keyword_share)
        vectors = self._embedding.encode(texts)
        vector = vectors[0] + (dense_share * vectors[1] if earlier else 0.0)
        return Reading(
            text=question.text,
            vector=vector / np.linalg.norm(vector),
            weights=weights,
            idf=self._keywords.idf(weights),
            leans=leans,
        )


def leans_on_thread(text: str) -> bool:
    """Whether a question means little without what was said before: pronouns, connectives, a few words, corrections."""
    words = text.split()
    return bool(LEANING_START.match(text.strip()) or len(words) < 5 or (PRONOUN.search(text) and len(words) < 9))


def fuse(dense: Mapping[str, float], keyword: Mapping[str, float]) -> dict[str, float]:
    """Add standardised cosine and square root of BM25; the root flattens BM25's long tail."""
    ids = list(dense)
    if not ids:
        return {}
    cosine = standardised([dense[id_] for id_ in ids])
    words = standardised([math.sqrt(keyword.get(id_, 0.0)) for id_ in ids])
    return {id_: DENSE_SHARE * cosine[index] + (1 - DENSE_SHARE) * words[index] for index, id_ in enumerate(ids)}


def penalty(document: DocumentRecord, question: str) -> float:
    """What a document not in force loses; nothing when the question names its year."""
    date = document.card.date or ""
    if date[:4] and date[:4] in YEAR.findall(question):
        return 0.0
    return PENALTY[document.card.status]


def rank(hits: Sequence[Hit]) -> list[Hit]:
    """Order hits by score, the same text once, and a successor's best passage before what it superseded."""
    ranked: list[Hit] = []
    texts: set[str] = set()
    by_score = sorted(hits, key=lambda hit: -hit.score)
    best: dict[str, Hit] = {}
    for hit in by_score:
        best.setdefault(hit.document.id, hit)
    for hit in by_score:
        newer = best.get(hit.document.successor_id or "")
        for one in (newer, hit) if newer else (hit,):
            text = " ".join(one.passage.text.split())
            if text not in texts:
                texts.add(text)
                ranked.append(one)
    return ranked


def standardised(values: Sequence[float]) -> Vectors:
    """Return the values as distances from their mean in standard deviations; zeros when they are all alike."""
    array = np.asarray(values, dtype=np.float32)
    spread = float(array.std()) if len(array) else 0.0
    return (array - array.mean()) / spread if spread > 0 else array * 0.0
