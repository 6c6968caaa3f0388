"""Figures as people and scripts read them: a table with intervals, and the JSON shape other programs depend on."""

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from bot.screen import printable

if TYPE_CHECKING:
    from knowledge.evaluating.evaluating import Figures, Report
    from knowledge.evaluating.gold import GoldResult
    from knowledge.evaluating.measures import Figure
    from knowledge.ledger.writing import WritingReport

# Short enough for a table of 100 columns, the width of a pipe.
WHAT = {
    "recall5": "Recall@5",
    "ndcg5": "nDCG@5",
    "ndcg10": "nDCG@10",
    "ndcg5_where_restated": "nDCG@5 where restated",
    "ndcg5_by_model": "nDCG@5 restated by the model",
    "ndcg5_standalone": "nDCG@5 asked as restated",
    "recall5_standalone": "Recall@5 asked as restated",
    "ndcg10_standalone": "nDCG@10 asked as restated",
    "auroc": "refusal, AUROC",
    "precision": "refusal, precision",
    "recall": "refusal, recall",
    "f1": "refusal, F1",
    "ece": "calibration error (ECE)",
    "underspecified_answered": "underspecified answered",
    "token_f1": "quotes, token F1",
    "token_f1_opening": "first 80 words, token F1",
    "rouge_l": "quotes, ROUGE-L",
    "words": "words shown",
    "p50_ms": "median, ms",
    "p95_ms": "95th percentile, ms",
    "altered": "quotes altered",
}
BY_MODEL = "ndcg5_by_model"
WHOLE_NUMBERS = {"words", "p50_ms", "p95_ms", "altered"}
INTERVALS_ARE_POINTLESS = {"altered", "words"}


def report_view(report: "Report") -> Table:
    """One case as a table; the columns of the baseline stay away where there was none."""
    case = report.case
    table = Table(
        title=f"{case.name}: {len(case.rows)} documents, {len(case.tasks)} questions",
        title_justify="left",
        box=None,
        pad_edge=False,
        header_style="bold",
    )
    columns = ("", "tasks", "Attaché") + (("plain LangChain", "ratio") if report.baseline else ())
    for column in columns:
        table.add_column(column, no_wrap=True)
    for name, what in WHAT.items():
        ours = report.ours.get(name)
        if name == BY_MODEL and not ours:
            continue
        cells = [what, str(ours.count) if ours else "", _cell(name, ours)]
        if report.baseline:
            cells += [_cell(name, report.baseline.get(name)), _cell(name, report.ratios.get(name), digits=2)]
        table.add_row(*cells)
    if report.model_ahead:
        table.add_row("nDCG@5, model less rules", str(report.model_ahead.count), _cell(BY_MODEL, report.model_ahead))
    if report.ndcg5_ahead:
        table.add_row("nDCG@5, ours less theirs", "", _cell("ndcg5", report.ndcg5_ahead))
    if report.unreadable:
        table.add_row("documents that could not be read", "", str(report.unreadable))
    return table


def report_shape(report: "Report") -> dict[str, Any]:
    """One case for scripts: figures by name, their intervals beside them, the baseline's inside."""
    shape = _shape(report.ours)
    if report.baseline:
        ratio = report.ratios["ndcg5"]
        shape["baseline"] = _shape(report.baseline)
        shape["ratio"] = ratio and round(ratio.value, 4)
        shape["ratios"] = _shape(report.ratios)
    return shape | restating_key(report) | writing_key(report.writing)


def restating_lines(report: "Report") -> tuple[Text, ...]:
    """What came of the follow-ups a language model was to restate; nothing where there was none."""
    whole = report.restated + sum(report.unrestated.values())
    if not whole:
        return ()
    return (
        Text(f"language model: {report.restated} of {whole} follow-ups restated", style="bold"),
        *(Text(f"  searched in its thread, {why}: {count}") for why, count in sorted(report.unrestated.items())),
    )


def restating_key(report: "Report") -> dict[str, Any]:
    """The same for scripts, and how far the model's way is ahead of the rules' alone."""
    if not restating_lines(report):
        return {}
    ahead = report.model_ahead
    figures = ahead and [round(number, 4) for number in (ahead.value, ahead.low, ahead.high)]
    came = {"restated": report.restated, "unrestated": dict(report.unrestated), "ndcg5_ahead": figures}
    return {"restating": came}


def gold_lines(result: "GoldResult") -> tuple[Text, ...]:
    """The gold questions as two counts and the misses."""
    return (
        Text(f"{result.answered} of {result.answerable} answered with the words expected", style="bold"),
        Text(f"{result.refused} of {result.unanswerable} refused that should be", style="bold"),
        *(Text(printable(f"  {one.probability:.2f} {one.how}: {one.question.text}")) for one in result.misses),
    )


def gold_shape(result: "GoldResult") -> dict[str, Any]:
    """The gold questions for scripts."""
    return {
        "answerable": result.answerable,
        "answered": result.answered,
        "unanswerable": result.unanswerable,
        "refused": result.refused,
        "misses": [
            {"question": one.question.text, "how": one.how, "probability": round(one.probability, 4)}
            for one in result.misses
        ],
    }


def writing_lines(report: "WritingReport") -> tuple[Text, ...]:
    """What became of a language model's sentences; nothing where none was asked."""
    if not report.answers:
        return ()
    dropped = sum(report.dropped.values())
    head = f"language model: {report.kept + dropped} sentences written, {report.kept} kept, {dropped} dropped"
    asked = f"{report.tokens_in} tokens in and {report.tokens_out} out for {report.answers} answers"
    return (
        Text(head, style="bold"),
        *(Text(f"  dropped, {why}: {count}") for why, count in sorted(report.dropped.items())),
        *(Text(f"  shown as quotes, {why}: {count}") for why, count in sorted(report.unwritten.items())),
        Text(f"  {asked}"),
    )


def writing_key(report: "WritingReport") -> dict[str, Any]:
    """The same for scripts, under a key of its own."""
    return {"writing": asdict(report)} if report.answers else {}


def _shape(figures: "Figures") -> dict[str, Any]:
    return {
        **{name: figure and round(figure.value, 4) for name, figure in figures.items()},
        "intervals": {
            name: [round(figure.low, 4), round(figure.high, 4)]
            for name, figure in figures.items()
            if figure and name not in INTERVALS_ARE_POINTLESS
        },
    }


def _cell(name: str, figure: "Figure | None", digits: int = 3) -> str:
    if figure is None:
        return ""
    places = 0 if name in WHOLE_NUMBERS else digits
    value, low, high = (f"{number:.{places}f}" for number in (figure.value, figure.low, figure.high))
    return value if name in INTERVALS_ARE_POINTLESS else re.sub(r"\b0\.", ".", f"{value} [{low}, {high}]")
