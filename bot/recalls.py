"""Recalls as people and scripts read them. The JSON shapes only ever gain keys."""

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from bot.screen import printable
from bot.standing import spell_day
from knowledge.recalls import Change, Correction, Recall

Shape = dict[str, Any]

NONE_OPEN = "Nothing to decide: what answers quoted still stands."


def recalls_shape(recalls: Sequence[Recall]) -> Shape:
    """Changes somebody has to decide about."""
    return {"recalls": [recall_shape(recall) for recall in recalls]}


def recall_shape(recall: Recall) -> Shape:
    """One change of a document with the places where answers quoted it; `change` is null once all stands again."""
    return {
        "id": recall.id,
        "document": recall.title,
        "decision": recall.decision.value if recall.decision else None,
        "decided_by": recall.decided_by,
        **_correction_shape(recall.correction),
        "places": [
            {
                "channel": place.channel,
                "thread_ts": place.thread_ts,
                "user": place.user,
                "question_ids": list(place.answer_ids),
            }
            for place in recall.places
        ],
    }


def recalls_view(recalls: Sequence[Recall]) -> RenderableType:
    """What changed, what answers said and what stands there now."""
    if not recalls:
        return Text(NONE_OPEN)
    return Group(*(part for recall in recalls for part in (recall_view(recall), Text())))


def recall_view(recall: Recall) -> RenderableType:
    """One change and where answers quoted it."""
    places = "1 place" if len(recall.places) == 1 else f"{len(recall.places)} places"
    parts = [_line(f"{recall.id}: {recall.title}, quoted in {places}", "bold")]
    correction = recall.correction
    if correction is None:
        return Group(*parts, _line("  All of it stands again."))
    parts.append(_line(f"  {_happened(correction)}"))
    for quote in correction.quotes:
        parts.append(_line(f"  was: “{quote.was}”"))
        if correction.change is Change.CHANGED:
            parts.append(_line(f"  now: “{quote.now}”" if quote.now else "  now: it is no longer there"))
    return Group(*parts)


def _happened(correction: Correction) -> str:
    by = f" by {correction.successor}" if correction.successor else ""
    return f"{correction.change.value} on {spell_day(correction.changed_on)}{by}"


def _correction_shape(correction: Correction | None) -> Shape:
    if correction is None:
        return {"change": None, "changed_on": None, "successor": None, "quotes": []}
    return {
        "change": correction.change.value,
        "changed_on": correction.changed_on.isoformat(),
        "successor": correction.successor,
        "quotes": [
            {"was": quote.was, "now": quote.now, "passage_id": quote.passage.id if quote.passage else None}
            for quote in correction.quotes
        ],
    }


def _line(text: str, style: str = "default") -> Text:
    return Text(printable(text), style=style)
