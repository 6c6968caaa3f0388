"""Proposals, previews and files that failed, as people in a terminal and scripts read them. JSON only gains keys."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.past import spell_moment
from bot.screen import printable
from bot.shapes import receipt_shape, record_shape
from bot.showing import receipt_view
from knowledge.proposals.preview import Affected, Effect, Preview, Rehearsal
from knowledge.proposals.proposal import Proposal, Resemblance
from knowledge.receipts import FailedFile

Shape = dict[str, Any]
COLOURS = {
    Effect.WORSE: "red",
    Effect.NOW_UNANSWERED: "red",
    Effect.NOW_ANSWERED: "green",
    Effect.BETTER: "green",
}


def proposals_view(proposals: Sequence[Proposal], now: datetime) -> RenderableType:
    """The files that wait for a confirmation, with what to look at; `now` gives the time zone."""
    if not proposals:
        return Text("No file waits for a confirmation.")
    table = _table("Id", "Title and file", "Kind", "Date", "Passages", "Proposed", "Look at")
    for one in proposals:
        name = Text.assemble(_cell(one.card.title), "\n", (printable(one.name), "dim"))
        made = f"{one.made_by}, {spell_moment(one.made_at, now)}"
        notes = "\n".join(_notes(one))
        cells = (one.card.kind.value, one.card.date or "", str(one.passages), made, notes)
        table.add_row(one.id, name, *map(_cell, cells))
    return table


def proposals_shape(proposals: Iterable[Proposal]) -> Shape:
    """The files that wait for a confirmation."""
    return {"proposals": [proposal_shape(one) for one in proposals]}


def proposal_shape(proposal: Proposal) -> Shape:
    """One file that waits for a confirmation."""
    card = proposal.card
    return {
        "id": proposal.id,
        "name": proposal.name,
        "title": card.title,
        "kind": card.kind.value,
        "issuer": card.issuer,
        "date": card.date,
        "status": card.status.value,
        "guessed": dict(proposal.guessed),
        "publish_at": card.publish_at,
        "document_id": proposal.document_id,
        "replaces": record_shape(proposal.replaces) if proposal.replaces else None,
        "supersedes": record_shape(proposal.supersedes) if proposal.supersedes else None,
        "since": proposal.since.isoformat() if proposal.since else None,
        "pages": proposal.pages,
        "empty_pages": list(proposal.empty_pages),
        "unread_pages": list(proposal.unread_pages),
        "passages": proposal.passages,
        "tables": proposal.tables,
        "ocr_share": proposal.ocr_share,
        "ocr_confidence": proposal.ocr_confidence,
        "missing": list(proposal.missing),
        "resembles": [
            {"document": record_shape(one.document), "share": one.share, "looks_newer": one.looks_newer}
            for one in proposal.resembles
        ],
        "made_by": proposal.made_by,
        "made_at": proposal.made_at.isoformat(),
    }


def rehearsal_view(rehearsal: Rehearsal) -> RenderableType:
    """What indexing would do or did, and which answers that changes."""
    if rehearsal.published:
        said = "Published, after a preview:"
    elif rehearsal.preview.count(Effect.WORSE):
        said = "Nothing was published; a gold question would be answered worse."
    else:
        said = "This is a preview; nothing was published."
    return Group(Text(said, style="bold"), receipt_view(rehearsal.receipt), preview_view(rehearsal.preview))


def rehearsal_shape(rehearsal: Rehearsal) -> Shape:
    """The receipt, with the preview under a key of its own."""
    preview = preview_shape(rehearsal.preview)
    return {**receipt_shape(rehearsal.receipt), "published": rehearsal.published, "preview": preview}


def preview_view(preview: Preview) -> RenderableType:
    """One line of counts, and one a question that would be answered differently."""
    counts = [f"{preview.count(effect)} {_words(effect)}" for effect in Effect if preview.count(effect)]
    tried = f"{preview.gold} gold questions and {preview.asked} that people asked"
    summary = Text(f"Of {tried}: {', '.join((*counts, f'{preview.unchanged} unchanged'))}.", style="bold")
    if not preview.affected:
        return summary
    table = _table("Effect", "Question", "Quotes now", "Would quote")
    for one in preview.affected:
        effect = Text(_words(one.effect), style=COLOURS.get(one.effect, "default"))
        question = f"{one.gold_id}: {one.question}" if one.gold_id else one.question
        table.add_row(effect, *map(_cell, (question, _titles(one.before), _after(one))))
    return Group(summary, table)


def preview_shape(preview: Preview) -> Shape:
    """Counts, then each question that would be answered differently."""
    return {
        "gold": preview.gold,
        "asked": preview.asked,
        "unchanged": preview.unchanged,
        **{effect.value: preview.count(effect) for effect in Effect},
        "questions": [
            {
                "question": one.question,
                "effect": one.effect.value,
                "gold": one.gold_id,
                "miss": one.miss,
                "before": list(one.before),
                "after": list(one.after),
            }
            for one in preview.affected
        ],
    }


def failures_view(failed: Sequence[FailedFile], now: datetime) -> RenderableType:
    """The files that could not be indexed, with what to do; `now` gives the time zone."""
    if not failed:
        return Text("No file failed.")
    table = _table("File", "Tried", "What to do")
    for one in failed:
        table.add_row(*map(_cell, (one.place, spell_moment(one.failed_at, now), one.advice)))
    return table


def failures_shape(failed: Iterable[FailedFile]) -> Shape:
    """The files that could not be indexed."""
    return {
        "failed": [
            {"name": one.name, "place": one.place, "advice": one.advice, "failed_at": one.failed_at.isoformat()}
            for one in failed
        ]
    }


def _notes(proposal: Proposal) -> list[str]:
    notes = [*proposal.missing, *(f"The {field} is a guess by {by}." for field, by in proposal.guessed.items())]
    if proposal.replaces:
        notes.append(f"Newer version of {proposal.replaces.card.title}.")
    if proposal.supersedes:
        notes.append(f"Supersedes {proposal.supersedes.card.title}.")
    others = (one for one in proposal.resembles if one.document.id != proposal.document_id)
    return [*notes, *map(_resemblance, others)]


def _resemblance(one: Resemblance) -> str:
    looks = "Looks like a newer version of" if one.looks_newer else "Resembles"
    return f"{looks} {one.document.card.title}, {one.share:.0%} of the passages the same."


def _words(effect: Effect) -> str:
    return effect.value.replace("_", " ")


def _titles(titles: Sequence[str]) -> str:
    return "\n".join(titles) or "no answer"


def _after(one: Affected) -> str:
    return f"{_titles(one.after)} ({one.miss})" if one.miss and one.after else _titles(one.after)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in {"Id", "Date"})
    return table


def _cell(text: str) -> Text:
    return Text(printable(text))
