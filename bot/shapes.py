"""The JSON shapes of the command line. Scripts depend on them: add keys, never rename or remove one."""

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from bot.differing import cited
from bot.gold import gold_run_shape
from bot.standing import authority
from knowledge.differences import Difference
from knowledge.domain import (
    Answer,
    Citation,
    DocumentRecord,
    Gap,
    Hit,
    Manifest,
    Passage,
    PassageInContext,
)
from knowledge.errors import AttacheError
from knowledge.gold_questions import GoldRun
from knowledge.receipts import Change, Receipt
from knowledge.written import Translation

Shape = dict[str, Any]


def receipt_shape(receipt: Receipt) -> Shape:
    """What an indexing run did; the first five hold document names. `gold` is there when gold questions ran."""
    failed = [{"name": failure.name, "advice": failure.advice} for failure in receipt.failed]
    did = asdict(replace(receipt, gold=None))
    del did["gold"]
    return {**did, "failed": failed, "seconds": round(receipt.seconds, 3), **gold_key(receipt.gold)}


def outcome_shape(outcome: Answer | Gap) -> Shape:
    """An answer or a gap; the keys are the same, so that a script need not look before it reads."""
    shape: Shape = {
        "outcome": "gap",
        "question_id": outcome.question_id,
        "text": None,
        "probability": round(outcome.probability, 4),
        "citations": [],
        "gap": None,
        "milliseconds": outcome.milliseconds,
        "as_of": outcome.as_of.isoformat() if outcome.as_of else None,
        "written": [],
        "unwritten": None,
        "differences": [],
        "unanswered": [],
        "translation": None,
    }
    match outcome:
        case Answer():
            citations = [_citation_shape(citation) for citation in outcome.citations]
            written = [{"text": one.text, "citations": list(one.numbers)} for one in outcome.written]
            unwritten = outcome.unwritten.value if outcome.unwritten else None
            answer = {"outcome": "answer", "text": outcome.text, "citations": citations}
            differences = [_difference_shape(outcome, difference) for difference in outcome.differences]
            left = [{"question": one.question, "gap": one.gap} for one in outcome.unanswered]
            more = {"written": written, "unwritten": unwritten, "differences": differences, "unanswered": left}
            translation = _translation_shape(outcome.translation) if outcome.translation else None
            return {**shape, **answer, **more, "translation": translation}
        case Gap():
            return {**shape, "gap": _gap_shape(outcome)}


def _translation_shape(translation: Translation) -> Shape:
    """Translations by a language model: of sentences by their place in `written`, or of citations by their numbers."""
    texts = [{"number": one.number, "text": one.text, "withheld": one.withheld} for one in translation.texts]
    missing = translation.missing.value if translation.missing else None
    return {"by": "language model", "language": translation.language, "texts": texts, "missing": missing}


def hits_shape(hits: Iterable[Hit]) -> Shape:
    """Passages found, best first."""
    return {"hits": [_hit_shape(hit) for hit in hits]}


def change_shape(did: str, change: Change) -> Shape:
    """The document under what was done to it; `gold` as in a receipt."""
    return {did: record_shape(change.document), **gold_key(change.gold)}


def record_shape(document: DocumentRecord) -> Shape:
    """A document of the library; `publish_at` is null unless it waits."""
    return {
        **_document_shape(document),
        "passages": document.passages,
        "indexed_at": document.indexed_at.isoformat(),
        "publish_at": document.publish_at.isoformat() if document.publish_at else None,
    }


def gold_key(run: GoldRun | None) -> Shape:
    """How the gold questions fared, as a key of its own; nothing where none ran."""
    return {"gold": gold_run_shape(run)} if run else {}


def passage_shape(found: PassageInContext) -> Shape:
    """A passage between its neighbours; `live` is false once it left the library."""
    return {
        "passage": _passage_shape(found.passage),
        "document": _document_shape(found.document),
        "before": _passage_shape(found.before) if found.before else None,
        "after": _passage_shape(found.after) if found.after else None,
        "live": found.live,
    }


def manifest_shape(manifest: Manifest) -> Shape:
    """What exactly the library holds."""
    return asdict(manifest)


def error_shape(err: AttacheError) -> Shape:
    """What went wrong, what to do, and what to tell the administrator."""
    return {"error": {"name": err.name, "advice": err.advice, "reference": err.reference}}


def _citation_shape(citation: Citation) -> Shape:
    return {
        "number": citation.number,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "passage_id": citation.passage.id,
        "passage": citation.passage.text,
        "page": citation.passage.page,
        "unit": _unit(citation.passage),
        "ocr": citation.passage.ocr,
        "heading": list(citation.passage.heading),
        "document": _document_shape(citation.document),
    }


def _difference_shape(answer: Answer, difference: Difference) -> Shape:
    """What two sources differ on, number, date or duty, and both sentences as their passages have them."""
    sides = []
    for side in difference.sides:
        citation, sentence = cited(answer, side)
        sides.append(
            {
                "citation": side.number,
                "quote": sentence,
                "start": side.start,
                "end": side.end,
                "document": _document_shape(citation.document),
            }
        )
    return {"about": difference.about.value, "sides": sides}


def _gap_shape(gap: Gap) -> Shape:
    return {
        "id": gap.id,
        "reason": gap.reason.value,
        "nearest": [_hit_shape(hit) for hit in gap.nearest],
        "searched": {"documents": gap.documents, "collections": list(gap.collections), "newest": gap.newest},
        "unknown_words": list(gap.unknown),
        "ask": gap.ask,
        "logged": gap.logged,
    }


def _hit_shape(hit: Hit) -> Shape:
    return {
        "passage_id": hit.passage.id,
        "score": round(float(hit.score), 6),
        "document_id": hit.document.id,
        "title": hit.document.card.title,
        "page": hit.passage.page,
        "unit": _unit(hit.passage),
        "ocr": hit.passage.ocr,
        "heading": list(hit.passage.heading),
        "text": hit.passage.text,
    }


def _document_shape(document: DocumentRecord) -> Shape:
    card = document.card
    return {
        "id": document.id,
        "title": card.title,
        "kind": card.kind.value,
        "issuer": card.issuer,
        "date": card.date,
        "status": card.status.value,
        "standing": authority(card),
        "source": card.source,
        "review_by": card.review_by,
        "review_passed": document.review_passed.isoformat() if document.review_passed else None,
    }


def _passage_shape(passage: Passage) -> Shape:
    return {
        "id": passage.id,
        "text": passage.text,
        "page": passage.page,
        "unit": _unit(passage),
        "ocr": passage.ocr,
        "heading": list(passage.heading),
    }


def _unit(passage: Passage) -> str | None:
    """What `page` counts: page, slide or row; null where it is."""
    return passage.unit.value if passage.page is not None else None
