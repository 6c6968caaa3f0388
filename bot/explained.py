"""An explanation as people and scripts read it: the terminal's tables, and the JSON shape other programs depend on."""

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.reasons import (
    CHANGED,
    COLUMNS,
    FATES,
    LEGEND,
    fate_line,
    place_line,
    scores,
    searched_lines,
    signal_words,
    stage_line,
    worth_showing,
)
from bot.screen import printable
from knowledge.explaining import Explanation, Traced


def explanation_view(explanation: Explanation) -> RenderableType:
    """The stage to blame first, then what each stage made of the question."""
    parts: list[RenderableType] = [Text(), _line(stage_line(explanation), "bold")]
    if explanation.library_changed:
        parts.append(_line(CHANGED, "yellow"))
    parts += [Text(), _line("The question as it was searched", "bold"), *map(_line, searched_lines(explanation))]
    parts += [Text(), _line("The judge's signals, the costliest first", "bold"), _signals(explanation)]
    shown = worth_showing(explanation)
    if shown:
        parts += [Text(), _line(f"{len(shown)} of {len(explanation.passages)} passages found", "bold")]
        parts += [_passages(shown), _line(LEGEND, "dim")]
    return Group(*parts)


def explanation_shape(explanation: Explanation) -> dict[str, Any]:
    """Everything the stages kept; `passages` as they were ranked, then what search left out."""
    searched, judged = explanation.searched, explanation.judged
    return {
        "stage": explanation.stage.value,
        "says": stage_line(explanation),
        "library_changed": explanation.library_changed,
        "searched": {
            "question": searched.text,
            "restated": searched.restated,
            "earlier": searched.earlier,
            "leans": searched.leans,
            "as_of": searched.as_of.isoformat() if searched.as_of else None,
            "terms": [{"term": one.term, "weight": one.weight, "idf": round(one.idf, 4)} for one in searched.terms],
        },
        "judge": {
            "probability": round(judged.probability, 4),
            "threshold": judged.threshold,
            "intercept": judged.intercept,
            "signals": [
                {
                    "name": one.name,
                    "value": round(one.value, 4),
                    "answered": one.answered,
                    "coefficient": one.coefficient,
                    "contribution": round(one.contribution, 4),
                    "cost": round(one.cost, 4),
                }
                for one in judged.signals
            ],
        },
        "passages": [_passage_shape(one) for one in explanation.passages],
    }


def _passage_shape(traced: Traced) -> dict[str, Any]:
    hit = traced.hit
    return {
        "rank": traced.rank,
        "passage_id": hit.passage.id,
        "document_id": hit.document.id,
        "title": hit.document.card.title,
        "heading": list(hit.passage.heading),
        "page": hit.passage.page,
        "status": hit.document.card.status.value,
        "dense": _rounded(hit.dense),
        "dense_rank": traced.dense_rank,
        "keyword": _rounded(hit.keyword),
        "keyword_rank": traced.keyword_rank,
        "fused": _rounded(hit.fused),
        "fused_rank": traced.fused_rank,
        "read": _rounded(hit.read),
        "reranked": _rounded(traced.reranked),
        "penalty": hit.penalty,
        "score": _rounded(hit.score),
        "sentence": _rounded(traced.sentence),
        "fate": traced.fate.value,
        "says": FATES[traced.fate],
    }


def _signals(explanation: Explanation) -> Table:
    judged = explanation.judged
    table = _table("Signal", "Here", "Answered", "Coefficient", "Adds")
    for one in judged.signals:
        numbers = (f"{one.value:.2f}", f"{one.answered:.2f}", f"{one.coefficient:.2f}", f"{one.contribution:+.2f}")
        table.add_row(_line(signal_words(one)), *numbers)
    table.add_row("where it starts from", "", "", "", f"{judged.intercept:+.2f}")
    return table


def _passages(shown: Sequence[Traced]) -> Table:
    table = _table(*COLUMNS, "Passage and what became of it", left=len(COLUMNS))
    for one in shown:
        became = Text.assemble(_line(place_line(one)), "\n", _line(fate_line(one), "dim"))
        table.add_row(*scores(one), became)
    return table


def _table(*columns: str, left: int = 0) -> Table:
    """A table of numbers with one column of words, the one numbered `left`."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, column in enumerate(columns):
        words = number == left
        table.add_column(column, justify="left" if words else "right", overflow="fold", no_wrap=not words)
    return table


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(float(number), 6)


def _line(text: str, style: str = "default") -> Text:
    return Text(printable(text), style=style)
