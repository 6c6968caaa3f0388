"""Indexing tried on a copy of the ledger, by the very code that indexes. Leaves no row, vector or term behind."""

from collections.abc import Iterable, Sequence

from knowledge.domain import Failure, OnProgress, Upload
from knowledge.ledger import Ledger
from knowledge.ledger.copying import copied
from knowledge.ledger.replaying import replay
from knowledge.parts import Parts
from knowledge.proposals.preview import Effect, Rehearsal
from knowledge.proposals.previewing import answers_of, compare, questions_to_ask


def rehearse(
    ledger: Ledger,
    parts: Parts,
    uploads: Iterable[Upload | Failure],
    *,
    actor: str,
    total: int,
    mirrored: Sequence[str],
    publish_unless_worse: bool,
    last: int,
    on_progress: OnProgress,
) -> Rehearsal:
    """Index into a copy and compare its answers; publish from there where that is wanted and no gold question minds.

    The caller sees to it that nobody else fills or empties the indexes meanwhile.
    """
    questions = questions_to_ask(ledger, last)
    # Asked first: the words of the new files, once in the index, count in how rare a word is.
    before = answers_of(questions, parts.asking(ledger), on_progress, total=len(questions))
    ledger.library.set_settled(settled=False)
    try:
        with copied(ledger) as copy:
            receipt = parts.indexing(copy).add(
                uploads, actor=actor, total=total, mirrored=mirrored, on_progress=on_progress
            )
            after = answers_of(questions, parts.asking(copy), on_progress, total=len(questions))
            preview = compare(questions, before, after)
            published = publish_unless_worse and not preview.count(Effect.WORSE)
            if published:
                replay(copy, ledger)
    finally:
        parts.indexes().settle(ledger.library)
    return Rehearsal(receipt=receipt, preview=preview, published=published)
