"""What stands in the message of something handed in: waiting, progress, the card, the receipt, how it ended. Pure."""

from collections.abc import Iterable, Sequence

from bot.gold import gold_line, gold_summary, worth_telling
from bot.pages import how_sure, page_report
from bot.slack.blocks import LONGEST_TEXT, Reply, button
from bot.slack.intake_views import UNTITLED
from bot.slack.safe_text import Block, bullets, clip, context, escape, one_line, paragraph
from bot.slack.sources import BETWEEN, STATUS_WORDS, spell_date
from knowledge.collections import names_in
from knowledge.domain import DocumentRecord, Progress
from knowledge.errors import AttacheError
from knowledge.ledger.intake import Incoming, Stage
from knowledge.proposals.proposal import Proposal, Resemblance
from knowledge.receipts import Receipt

CONFIRM = "intake_confirm"
CORRECT = "intake_correct"
PREVIEW = "intake_preview"
DISCARD = "intake_discard"
NEWER = "intake_newer"

LONGEST_LINE = 300
MOST_RESEMBLED = 3
MOST_GOLD = 10
# Below this share, 1 of 50 passages, a resemblance says nothing.
SLIGHT = 0.02

LANGUAGES = dict(
    one.split(maxsplit=1)
    for one in (
        "en English, es Spanish, fr French, pt Portuguese, ar Arabic, cs Czech, da Danish, de German, el Greek, "
        "fi Finnish, he Hebrew, hi Hindi, hu Hungarian, id Indonesian, it Italian, ja Japanese, ko Korean, nl Dutch, "
        "no Norwegian, pl Polish, ro Romanian, ru Russian, sv Swedish, tl Tagalog, tr Turkish, uk Ukrainian, "
        "vi Vietnamese, zh Chinese, und language not recognized"
    ).split(", ")
)
ASKING = "Please check this before it is published."
NOTHING_YET = "Nothing is published before somebody confirms it."
RECEIVED = "Received; it is read as soon as those before it are done."
BEING_CORRECTED = "Somebody is correcting this right now; please press again in a moment."
NOT_THERE = "This does not wait for a confirmation any more; please drop it again if you need it."
UNASKED = "Published at once, for AUTO_PUBLISH is set."


def received_reply(name: str) -> Reply:
    """Make the first message about something handed in."""
    return _reply(name, [RECEIVED])


def progress_reply(name: str, progress: Progress | None, seconds_left: float | None = None) -> Reply:
    """Say how far reading is; None while the file itself is fetched, or read from its own text."""
    left = f", {spell_seconds(seconds_left)} left" if seconds_left is not None else ""
    if progress and progress.to_embed:
        return _reply(name, [f"Read; embedded {progress.embedded} of {progress.to_embed} passages{left}."])
    if progress and progress.to_recognise:
        return _reply(name, [f"Reading by OCR; {progress.recognised} of {progress.to_recognise} pages{left}."])
    return _reply(name, ["Reading…"])


def card_reply(proposal: Proposal, intake_id: int) -> Reply:
    """Make the card: what was read, what is missing, what it resembles, what it would become, and what to do."""
    lines = [_file_line(proposal), _read_line(proposal), *_guess_line(proposal), *_caution_lines(proposal)]
    lines += [_resemblance_line(one) for one in _told(proposal)]
    lines += _consequences(proposal)
    value = str(intake_id)
    title = proposal.card.title
    buttons = [
        button("Confirm", CONFIRM, value, label=f"Confirm: {title}"),
        button("Correct…", CORRECT, value, label=f"Correct: {title}"),
        button("Preview", PREVIEW, value, label=f"Preview what would change: {title}"),
        button("Discard", DISCARD, value, label=f"Discard: {title}"),
    ]
    newer_of = newer_version_of(proposal)
    if newer_of:
        label = f"Newer version of: {newer_of.card.title}"
        buttons.insert(1, button("It is a newer version of that", NEWER, value, label=label))
    return _reply(
        title, [_card_line(proposal), ASKING], lines, {"type": "actions", "elements": buttons}, context(NOTHING_YET)
    )


def newer_version_of(proposal: Proposal) -> DocumentRecord | None:
    """The document it looks like a newer version of, unless somebody said already what it replaces."""
    if proposal.replaces or proposal.supersedes:
        return None
    return next((one.document for one in proposal.resembles if one.looks_newer), None)


def publishing_reply(title: str, decider: str | None) -> Reply:
    """Say that it is being published; there is nothing to press any more."""
    return _reply(title, [_head(decider), "It is being published…"])


def correcting_reply(title: str) -> Reply:
    """Say that corrections are being worked in, which may take long for a new title of a long document."""
    return _reply(title, ["Working in the corrections…"])


def receipt_reply(proposal: Proposal, receipt: Receipt, decider: str | None) -> Reply:
    """Say what publishing did, who confirmed it, and how the gold questions fared."""
    lines = [_done_line(proposal, receipt), _read_line(proposal)]
    lines += filter(None, map(page_report, receipt.pages))
    if proposal.supersedes:
        lines.append(f"It supersedes “{proposal.supersedes.card.title}”.")
    lines += _readers_line(proposal)
    if proposal.card.publish_at:
        lines.append(f"Nobody but admins sees it before {_moment(proposal.card.publish_at)}.")
    if receipt.gold and receipt.gold.outcomes:
        told = [gold_line(one) for one in receipt.gold.outcomes if worth_telling(one)]
        lines += [gold_summary(receipt.gold), *_few(told, MOST_GOLD)]
    return _reply(proposal.card.title, [_card_line(proposal), _head(decider)], lines)


def discarded_reply(name: str, decider: str) -> Reply:
    """Say that it is gone, and by whom."""
    return _reply(name, [f"Discarded by {decider}. Nothing of it was kept; drop it again to start over."])


def failed_reply(name: str, error: AttacheError, *, with_reference: bool = False) -> Reply:
    """Say what to do about something that could not be read or published."""
    reference = f" (reference {error.reference})" if with_reference else ""
    return _reply(name, [f"{error.advice}{reference}"])


def decided_note(incoming: Incoming) -> str:
    """Tell whoever pressed second, by whom it was decided."""
    match incoming.stage:
        case Stage.CORRECTING:
            return BEING_CORRECTED
        case Stage.DISCARDED:
            return f"{incoming.decider} has discarded this already."
        case Stage.CONFIRMED | Stage.PUBLISHED:
            return f"{incoming.decider or 'AUTO_PUBLISH'} has confirmed this already."
        case _:
            return NOT_THERE


def spell_seconds(seconds: float) -> str:
    """Write a guess of a time the way people do: about 40 s, about 3 min."""
    return f"about {max(1, round(seconds))} s" if seconds < 90 else f"about {round(seconds / 60)} min"


def _head(decider: str | None) -> str:
    return UNASKED if decider is None else f"Confirmed by {decider}."


def _card_line(proposal: Proposal) -> str:
    card = proposal.card
    parts = (
        card.kind.value.replace("_", " "),
        card.issuer or "no issuer",
        spell_date(card.date),
        STATUS_WORDS.get(card.status, "in force"),
    )
    return BETWEEN.join(parts)


def _file_line(proposal: Proposal) -> str:
    return f"File: {proposal.name}"


def _read_line(proposal: Proposal) -> str:
    counts = [_count(proposal.passages, "passage")]
    if proposal.pages:
        counts.insert(0, _count(proposal.pages, "page"))
    if proposal.tables:
        counts.append(_count(proposal.tables, "table"))
    language = proposal.card.language
    return f"Read: {', '.join(counts)}; {LANGUAGES.get(language, f'language {language}')}"


def _guess_line(proposal: Proposal) -> list[str]:
    """What nobody stated and the card says all the same."""
    guessed = [f"{field} by {one_line(by, 120)}" for field, by in proposal.guessed.items()]
    return [f"Guessed: {'; '.join(guessed)}"] if guessed else []


def _caution_lines(proposal: Proposal) -> list[str]:
    lines = [" ".join(proposal.missing)] if proposal.missing else []
    if proposal.ocr_share:
        sure = f", {how_sure(proposal.ocr_confidence)} sure" if proposal.ocr_confidence is not None else ""
        lines.append(f"Read by OCR: {proposal.ocr_share:.0%} of the passages{sure}; please check against the original")
    return lines


def _told(proposal: Proposal) -> Sequence[Resemblance]:
    replaced = proposal.replaces.id if proposal.replaces else None
    told = (one for one in proposal.resembles if one.looks_newer or one.share >= SLIGHT)
    return [one for one in told if one.document.id != replaced][:MOST_RESEMBLED]


def _resemblance_line(one: Resemblance) -> str:
    document = f"“{one_line(one.document.card.title, 120)}” ({spell_date(one.document.card.date)})"
    share = f"{one.share:.0%} of its passages say the same"
    alike = share if one.share >= SLIGHT else "its name says so, its text is new"
    return f"Looks like a newer version of {document}; {alike}" if one.looks_newer else f"Resembles {document}; {alike}"


def _consequences(proposal: Proposal) -> list[str]:
    lines = []
    if proposal.replaces:
        lines.append(f"Will be version {proposal.replaces.version + 1} of “{proposal.replaces.card.title}”")
    if proposal.supersedes:
        since = spell_date(proposal.since.isoformat()) if proposal.since else "the day you confirm"
        lines.append(f"Will supersede “{proposal.supersedes.card.title}” from {since}")
    lines += _readers_line(proposal)
    if proposal.card.review_by:
        lines.append(f"To be reviewed by {spell_date(proposal.card.review_by)}")
    if proposal.card.publish_at:
        lines.append(f"Will be published at {_moment(proposal.card.publish_at)}; until then only admins see it")
    return lines


def _readers_line(proposal: Proposal) -> list[str]:
    """The collections it is put into, where the file or a person names any."""
    names = ", ".join(names_in(proposal.card.collections))
    return [f"Who may read it: {names}"] if names else []


def _done_line(proposal: Proposal, receipt: Receipt) -> str:
    if receipt.added:
        return "Added to the library"
    if receipt.updated:
        return f"Version {proposal.replaces.version + 1}, updated" if proposal.replaces else "Updated"
    if receipt.held_back:
        return "Held back: somebody rolled this version back; `attache restore` brings it back"
    return "The library says this already; nothing was changed"


def _moment(stated: str) -> str:
    return stated.replace("T", " ")


def _few(lines: Sequence[str], most: int) -> Iterable[str]:
    left = len(lines) - most
    return [*lines[:most], *([f"and {left} more"] if left > 0 else [])]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _reply(title: str, sentences: Sequence[str], lines: Sequence[str] = (), *blocks: Block) -> Reply:
    """A message: the title in bold, sentences, a list; texts of documents stay on one line each."""
    title = one_line(title, LONGEST_LINE) or UNTITLED
    said = [one_line(sentence, 2 * LONGEST_LINE) for sentence in sentences]
    listed = [one_line(line, LONGEST_LINE) for line in lines]
    return Reply(
        text=clip(escape("\n".join((title, *said, *listed))), LONGEST_TEXT),
        blocks=(
            paragraph(title, bold=True),
            *map(paragraph, said),
            *([bullets(listed)] if listed else []),
            *blocks,
        ),
    )
