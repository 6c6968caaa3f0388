"""Gaps and figures as people and scripts read them. The JSON shapes only ever gain keys."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.screen import printable
from knowledge.gaps.figures import Figures, Share
from knowledge.gaps.records import Asked, GapRecord, GapStory

Shape = dict[str, Any]

NONE_YET = "No gaps: every question so far was answered."
# Of a question this many characters tell which one it is.
GLIMPSE = 300


def gaps_shape(gaps: Sequence[GapRecord]) -> Shape:
    """Questions the library did not answer."""
    return {"gaps": [gap_shape(gap) for gap in gaps]}


def gap_shape(gap: GapRecord) -> Shape:
    """One gap; `members` are its questions, the first asked first."""
    return {
        "id": gap.id,
        "question": gap.question,
        "status": gap.status.value,
        "reason": gap.reason.value,
        "askers": gap.askers,
        "first_asked": gap.first_asked.isoformat(),
        "nearest": [asdict(near) for near in gap.nearest],
        "last_asked": gap.last_asked.isoformat(),
        "owner": gap.owner,
        "owner_name": gap.owner_name,
        "due": gap.due.isoformat() if gap.due else None,
        "because": gap.because,
        "answered_at": gap.answered_at.isoformat() if gap.answered_at else None,
        "notes": [{"text": note.text, "by": note.by, "at": note.at.isoformat()} for note in gap.notes],
        "members": [_member_shape(one) for one in gap.questions],
    }


def story_shape(story: GapStory) -> Shape:
    """One gap with what was done to it, oldest first."""
    history = [
        {"at": entry.at.isoformat(), "actor": entry.actor, "act": entry.act, "detail": dict(entry.detail)}
        for entry in story.history
    ]
    return {"gap": gap_shape(story.gap), "history": history}


def figures_shape(figures: Figures) -> Shape:
    """What was asked and what came of it."""
    return {
        "day": figures.day.isoformat(),
        **_share_shape(figures.total),
        "open_gaps": figures.open_gaps,
        "out_of_scope": figures.out_of_scope,
        "median_ms_to_answer": figures.to_answer,
        "median_days_to_close": figures.to_close,
        "weeks": [{"week": week.name, **_share_shape(week)} for week in figures.weeks],
        "kinds": [{"kind": kind.name, **_share_shape(kind)} for kind in figures.kinds],
        "unanswered_terms": [asdict(term) for term in figures.terms],
        "never_cited": list(figures.never_cited),
    }


def gaps_view(gaps: Sequence[GapRecord]) -> RenderableType:
    """The questions nobody could answer, as a table."""
    if not gaps:
        return Text(NONE_YET)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("Id", "Question", "Asked by", "First asked", "Status", "Nearest"):
        table.add_column(column, overflow="fold", no_wrap=column in {"Id", "First asked"})
    for gap in gaps:
        nearest = gap.nearest[0].title if gap.nearest else ""
        cells = (gap.id, _glimpse(gap.question), str(gap.askers), gap.first_asked.date().isoformat(), _standing(gap))
        table.add_row(*(Text(printable(cell)) for cell in (*cells, nearest)))
    return table


def gap_line(did: str, gap: GapRecord) -> Text:
    """What was done to a gap, and where it stands now."""
    return _line(f"{did} {gap.id}, {_standing(gap)}: {_glimpse(gap.question)}")


def story_view(story: GapStory, now: datetime) -> RenderableType:
    """A gap with its questions, notes and history, by the time zone of `now`."""
    gap = story.gap
    asked_by = "1 person" if gap.askers == 1 else f"{gap.askers} people"
    parts = [_line(f"{gap.id}: {gap.question}", "bold"), _line(f"{_standing(gap)}, asked by {asked_by}")]
    if gap.because:
        parts.append(_line(f"because: {gap.because}"))
    parts += [Text(), _line("Questions:", "bold")]
    for one in gap.questions:
        parts += [_line(f"  {_glimpse(one.text)}"), _line(f"    {_circumstances(one, now)}", "dim")]
        parts += [_line(f"    {one.permalink}", "dim")] if one.permalink else []
        parts += [_line(f"    {_of(said.reason.value)}: {said.said or 'no reason given'}") for said in one.reports]
    if gap.nearest:
        parts += [Text(), _line("Nearest:", "bold")]
        for near in gap.nearest:
            parts += [_line(f"  {near.title}"), _line(f"    attache show {near.passage_id}", "dim")]
    if gap.notes:
        parts += [Text(), _line("Notes:", "bold")]
        parts += [_line(f"  {_when(note.at, now)} {note.by}: {note.text}") for note in gap.notes]
    if story.history:
        parts += [Text(), _line("History:", "bold")]
    for entry in story.history:
        detail = ", ".join(f"{name} {value}" for name, value in entry.detail.items())
        did = entry.act.removesuffix("_gap")
        parts.append(_line(f"  {_when(entry.at, now)} {entry.actor} {did}" + (f" ({detail})" if detail else "")))
    return Group(*parts)


def figures_view(figures: Figures) -> RenderableType:
    """The figures as lines and two tables."""
    total = figures.total
    parts: list[RenderableType] = [
        _line(
            f"{total.asked} asked, {total.answered} answered, {total.gaps} not ({_rate(total)} answered); "
            f"{figures.open_gaps} open gaps.",
            "bold",
        )
    ]
    if figures.out_of_scope:
        asked = "1 question" if figures.out_of_scope == 1 else f"{figures.out_of_scope} questions"
        parts.append(_line(f"Out of scope: {asked}, far from everything in the library."))
    if figures.to_answer is not None:
        parts.append(_line(f"Median time to an answer: {figures.to_answer} ms."))
    if figures.to_close is not None:
        parts.append(_line(f"Median from the first asking of a gap to its answer: {figures.to_close:g} days."))
    for column, shares in (("Week from", figures.weeks), ("Kind", figures.kinds)):
        if shares:
            table = Table(column, "Asked", "Answered", "Rate", box=None, pad_edge=False, header_style="bold")
            for share in shares:
                table.add_row(_of(share.name), str(share.asked), str(share.answered), _rate(share))
            parts += [Text(), table]
    if figures.terms:
        terms = ", ".join(f"{term.word} ({term.gaps})" for term in figures.terms)
        parts += [Text(), _line(f"Words of open gaps: {terms}")]
    if figures.never_cited:
        parts += [Text(), _line("Never cited:", "bold"), *(_line(f"  {title}") for title in figures.never_cited)]
    return Group(*parts)


def _member_shape(one: Asked) -> Shape:
    reports = [
        {"reason": report.reason.value, "user": report.user, "said": report.said, "at": report.at.isoformat()}
        for report in one.reports
    ]
    return {
        "question_id": one.question_id,
        "question": one.text,
        "asker": one.asker,
        "channel": one.channel,
        "asked_at": one.asked_at.isoformat(),
        "language": one.language,
        "reason": one.reason.value,
        "permalink": one.permalink,
        "manifest": one.manifest,
        "reports": reports,
        "nearest": [asdict(near) for near in one.nearest],
    }


def _share_shape(share: Share) -> Shape:
    rate = None if share.rate is None else round(share.rate, 4)
    return {"asked": share.asked, "answered": share.answered, "gaps": share.gaps, "answer_rate": rate}


def _standing(gap: GapRecord) -> str:
    """Status, owner and due date in a few words."""
    owner = gap.owner_name or gap.owner
    parts = [
        gap.status.value,
        "out of scope" if gap.is_out_of_scope else "",
        f"owner {owner}" if owner else "",
        f"due {gap.due.isoformat()}" if gap.due else "",
    ]
    return ", ".join(part for part in parts if part)


def _circumstances(one: Asked, now: datetime) -> str:
    parts = (one.question_id, one.asker, _when(one.asked_at, now), one.language or "", _of(one.reason.value))
    return ", ".join(part for part in parts if part)


def _rate(share: Share) -> str:
    return "none" if share.rate is None else f"{share.rate:.0%}"


def _of(value: str) -> str:
    return value.replace("_", " ")


def _when(moment: datetime, now: datetime) -> str:
    return f"{moment.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"


def _glimpse(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= GLIMPSE else f"{flat[: GLIMPSE - 1].rstrip()}…"


def _line(text: str, style: str = "default") -> Text:
    return Text(printable(text), style=style)
