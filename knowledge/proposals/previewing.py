"""Which answers a change of the library changes: the same questions asked of two ledgers. Records none of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.answering.asking import Asking
from knowledge.domain import Citation, OnProgress, Progress, Question
from knowledge.errors import BadQuestion
from knowledge.gold_questions import GoldRecord, what_is_missed
from knowledge.ledger import Ledger
from knowledge.proposals.preview import Affected, Effect, Preview

Quotes = tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAsk:
    """A question to try; `gold` where its answer is known."""

    question: Question
    gold: GoldRecord | None = None


def questions_to_ask(ledger: Ledger, last: int) -> tuple[ToAsk, ...]:
    """Return all gold questions and the `last` distinct questions that people asked, newest first."""
    gold = tuple(
        ToAsk(question=Question(id=f"gold:{one.id}", text=one.question.text, thread=one.question.thread), gold=one)
        for one in ledger.gold.records()
    )
    return gold + tuple(ToAsk(question=question) for question in ledger.conversations.last_asked(last))


def answers_of(
    questions: Sequence[ToAsk], asking: Asking, on_progress: OnProgress, *, done: int = 0, total: int
) -> list[Quotes]:
    """Return what each question would be answered with; `done` of `total` were asked before."""
    answers: list[Quotes] = []
    for number, one in enumerate(questions, start=done + 1):
        try:
            answers.append(asking.consider(one.question).citations)
        except BadQuestion:  # refused then as now
            answers.append(())
        on_progress(Progress(done=number, total=total, name="questions"))
    return answers


def compare(questions: Sequence[ToAsk], before: Sequence[Quotes], after: Sequence[Quotes]) -> Preview:
    """Say which questions are answered differently, gold questions first, the worst first."""
    affected = [
        one for asked, old, new in zip(questions, before, after, strict=True) if (one := _affected(asked, old, new))
    ]
    order = list(Effect)
    affected.sort(key=lambda one: (one.gold_id is None, order.index(one.effect)))
    gold = sum(asked.gold is not None for asked in questions)
    return Preview(affected=tuple(affected), gold=gold, asked=len(questions) - gold)


def _affected(asked: ToAsk, before: Quotes, after: Quotes) -> Affected | None:
    missed = what_is_missed(asked.gold.question, after) if asked.gold else None
    effect = _effect_on_gold(asked.gold, before, missed) if asked.gold else _effect(before, after)
    if effect is None:
        return None
    return Affected(
        question=asked.question.text,
        effect=effect,
        before=_titles(before),
        after=_titles(after),
        gold_id=asked.gold.id if asked.gold else None,
        miss=missed,
    )


def _effect_on_gold(gold: GoldRecord, before: Quotes, missed: str | None) -> Effect | None:
    if (what_is_missed(gold.question, before) is None) == (missed is None):
        return None
    return Effect.WORSE if missed else Effect.BETTER


def _effect(before: Quotes, after: Quotes) -> Effect | None:
    if bool(before) != bool(after):
        return Effect.NOW_ANSWERED if after else Effect.NOW_UNANSWERED
    if before and _beginning(before) != _beginning(after):
        return Effect.CHANGED
    return None


def _beginning(quotes: Quotes) -> tuple[str, str]:
    return quotes[0].document.id, quotes[0].quote


def _titles(quotes: Quotes) -> tuple[str, ...]:
    return tuple(dict.fromkeys(quote.document.card.title for quote in quotes))
