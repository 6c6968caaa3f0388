"""An explanation in plain words, for the terminal and for Slack. Pure; decides nothing."""

import math

from knowledge.domain import as_of_lines
from knowledge.explaining import Explanation, Fate, Stage, Traced, Weighed

# People see the passages this far up the ranking, and those this far up in any one stage; scripts get all.
BEST_SHOWN = 10
BEST_OF_A_STAGE = 5
CHANGED = "The library has changed since this question was answered: this is what it would say today."
SIGNALS = {
    "dense": "nearness in meaning of the best passage",
    "lead": "lead of the best passage over the tenth",
    "coverage": "share of the question's words in one sentence",
    "named": "share of its names and numbers in the passages",
    "read": "how surely a passage answers it, read together (0: as likely as not)",
}
FATES = {
    Fate.QUOTED: "quoted",
    Fate.OUTDONE: "not quoted: its sentences scored lower, or say what a quote says",
    Fate.UNQUOTABLE: "not quoted: no sentence of it can stand by itself",
    Fate.SUCCEEDED: "not quoted: the document that replaced it was found too",
    Fate.REFUSED: "not quoted: the judge was not sure enough",
    Fate.BELOW: "not quoted: too far down the ranking",
    Fate.BEYOND: "left out: too far down the ranking to be considered",
    Fate.REPEAT: "left out: says the same as a better passage",
}


def stage_line(explanation: Explanation) -> str:
    """Say in one line at which stage the answer failed, or that it did not."""
    judged = explanation.judged
    odds = f"probability {judged.probability:.2f}, at least {judged.threshold:.2f} is needed"
    match explanation.stage:
        case Stage.ANSWERED:
            return f"Answered: no stage is to blame ({odds})."
        case Stage.SEARCH:
            return "Search found nothing: the library holds no passage at all for this question."
        case Stage.QUOTES:
            return "The quotes: no sentence of what was found can stand by itself."
        case Stage.JUDGE:
            worst = judged.signals[0]
            return (
                f"The judge: {odds}. What cost most: {signal_words(worst)}, {worst.value:.2f} here and "
                f"{worst.answered:.2f} on average where a question was answered."
            )


def worth_showing(explanation: Explanation) -> tuple[Traced, ...]:
    """Choose the passages people see: the best, and what another stage than the last had among its best."""
    return tuple(one for one in explanation.passages if (one.rank or math.inf) <= BEST_SHOWN or _was_near_the_top(one))


def _was_near_the_top(traced: Traced) -> bool:
    return min(traced.dense_rank, traced.keyword_rank or math.inf, traced.fused_rank) <= BEST_OF_A_STAGE


def searched_lines(explanation: Explanation) -> tuple[str, ...]:
    """Say what of the thread and of time went into the search; the question's own text is not repeated."""
    searched = explanation.searched
    if searched.restated is not None:
        thread = f"A language model restated or translated it, and it was searched as: “{searched.restated}”"
    elif searched.earlier is None:
        thread = "It was searched by itself: nothing was asked before it in its thread."
    elif searched.leans:
        thread = f"It leans on the thread, so the question before and its reply counted as much: “{searched.earlier}”"
    else:
        thread = f"It stands alone, so the question before and its reply counted a little: “{searched.earlier}”"
    terms = ", ".join(f"{one.term} ({one.weight:g} × {one.idf:.1f})" for one in searched.terms)
    words = f"Words searched for, as stems, with weight and rarity: {terms or 'none'}."
    return (*as_of_lines(searched.as_of), thread, words)


def signal_words(signal: Weighed) -> str:
    """Name a signal of the judge; one without words of its own goes by its name."""
    return SIGNALS.get(signal.name, signal.name.replace("_", " "))


def signal_line(signal: Weighed) -> str:
    """Say what a signal is worth here and where a question was answered."""
    return (
        f"{signal_words(signal)}: {signal.value:.2f} × {signal.coefficient:.2f} = {signal.contribution:+.2f} "
        f"(answered questions: {signal.answered:.2f})"
    )


def place_line(traced: Traced) -> str:
    """Say where a passage stands: title, section, page."""
    title, heading = traced.hit.document.card.title, traced.hit.passage.heading[-1:]
    section = "" if heading == (title,) else "".join(heading)
    return ", ".join(part for part in (title, section, traced.hit.passage.where) if part)


def fate_line(traced: Traced) -> str:
    """Say what became of a passage, and what it lost because its document is not in force."""
    fate, hit = FATES[traced.fate], traced.hit
    if not hit.penalty:
        return fate
    return f"{fate}; lost {hit.penalty:.1f} because its document is {hit.document.card.status.value}"


def scores(traced: Traced) -> tuple[str, ...]:
    """The numbers of a passage, stage by stage, each with its place; a dash where there is none."""
    hit = traced.hit
    return (
        str(traced.rank or "–"),
        _placed(hit.dense, traced.dense_rank),
        _placed(hit.keyword, traced.keyword_rank),
        _placed(hit.fused, traced.fused_rank),
        f"{hit.score:.2f}",
    )


# What the numbers of `scores` are, short enough for the head of a column.
COLUMNS = ("Rank", "Meaning", "Words", "Both", "Score")
# How to read them.
LEGEND = (
    "Meaning is a cosine, words a BM25 score, both the two as one, each with its place; score is both after the best "
    "were read with the question, and less what a document loses that is not in force."
)


def _placed(score: float | None, place: int | None) -> str:
    return f"{score:.2f} #{place}" if score is not None and place is not None else "–"
