"""The modals in which admins correct what is stated of a file or a document, and what they enter there. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, TypeVar

from bot.slack.safe_text import Block, one_line, plain
from bot.slack.sources import spell_date
from bot.slack.views import modal
from knowledge.collections import OFFICE, names_in
from knowledge.domain import Card, Details, DocumentRecord, Kind, Status
from knowledge.errors import BadFrontMatter
from knowledge.proposals.proposal import Proposal
from knowledge.reading.card import parse_date, parse_publish_at, parse_source

T = TypeVar("T")

CORRECTED = "intake_corrected"
DOCUMENT_CORRECTED = "library_corrected"
TITLE, KIND, ISSUER, DATE, STATUS = "title", "kind", "issuer", "date", "status"
SOURCE, PUBLISH_AT, REVIEW_BY, COLLECTIONS = "source", "publish_at", "review_by", "collections"
REPLACES, SUPERSEDES, SINCE = "intake_replaces", "intake_supersedes", "since"

# https://docs.slack.dev/reference/block-kit/composition-objects/option-object
LONGEST_OPTION = 75
MOST_OPTIONS = 100
LONGEST_TITLE = 300
# https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
LONGEST = 3_000

DATE_HINT = "2026, 2026-11 or 2026-11-03: only as much as is known."
PUBLISH_HINT = "2026-12-01 or 2026-12-01T09:00; empty means at once. Nobody but admins sees the document before."
REVIEW_HINT = "When somebody should look at it again: a year, a month or a day."
READERS_HINT = "Empty means everybody of the office, or whoever reads the version there is."
STAYS_HINT = "Empty leaves it where it is."
SOURCE_HINT = "The link it comes from."
REPLACES_HINT = "The document keeps its history, and this becomes its next version."
SUPERSEDES_HINT = "Another document that no longer holds once this one does."


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What an admin says of a proposal, as `Proposals.amend` takes it."""

    details: Details
    replaces: str | None = None
    supersedes: str | None = None
    since: date | None = None


def correct_view(proposal: Proposal, intake_id: int, collections: Sequence[str] = (OFFICE,)) -> Block:
    """Make the modal that asks what is wrong with the guesses; what stands in it already is what was guessed.

    `collections` are the names of those there are; with the office's own alone there is nothing to choose.
    """
    blocks = [
        *_card_inputs(proposal.card, collections, READERS_HINT, waits=True),
        _asked(REPLACES, "Newer version of", _document(proposal.replaces), REPLACES_HINT),
        _asked(SUPERSEDES, "Supersedes", _document(proposal.supersedes), SUPERSEDES_HINT),
        _asked(SINCE, "Supersedes it from", _day(proposal), "Empty means the day you confirm."),
    ]
    return modal("Correct", *blocks, callback_id=CORRECTED, submit=plain("Save", 24), private_metadata=str(intake_id))


def correct_document_view(
    document: DocumentRecord, collections: Sequence[str], its: Sequence[str], private_metadata: str
) -> Block:
    """Make the modal that asks what is wrong with what is stated of a document; `its` collections are those it is in.

    When it is published can be moved only while it waits for that.
    """
    card = replace(document.card, collections=", ".join(its))
    blocks = _card_inputs(card, collections, STAYS_HINT, waits=document.publish_at is not None)
    return modal(
        "Correct", *blocks, callback_id=DOCUMENT_CORRECTED, submit=plain("Save", 24), private_metadata=private_metadata
    )


def document_options(documents: Iterable[DocumentRecord], typed: str) -> list[Block]:
    """The documents whose title holds what was typed, as options; the first hundred of them."""
    wanted = typed.casefold().split()
    found = (one for one in documents if all(word in one.card.title.casefold() for word in wanted))
    return [_option(one) for one, _ in zip(found, range(MOST_OPTIONS), strict=False)]


def read_correction(values: Mapping[str, Any], proposal: Proposal) -> Correction | dict[str, str]:
    """Read what was entered; only what differs from the guess is stated, "" for what was emptied.

    Or a sentence for each input that is wrong.
    """
    details = read_card(values, proposal.card)
    if isinstance(details, dict):
        return details

    def chosen(name: str) -> str:
        option = values[name][name].get("selected_option")
        return str(option["value"]) if option else ""

    day = values[SINCE][SINCE].get("selected_date")
    return Correction(
        details=details,
        replaces=_unless(chosen(REPLACES), proposal.replaces.id if proposal.replaces else ""),
        supersedes=_unless(chosen(SUPERSEDES), proposal.supersedes.id if proposal.supersedes else ""),
        since=date.fromisoformat(day) if day else None,
    )


def read_card(values: Mapping[str, Any], card: Card) -> Details | dict[str, str]:
    """Read what was entered about a document; only what differs from the card is stated, "" for what was emptied.

    Or a sentence for each input that is wrong.
    """
    errors = dict[str, str]()

    def entered(name: str, parse: Callable[[str | None], str | None]) -> str:
        try:
            return parse(values[name][name].get("value")) or ""
        except BadFrontMatter as err:
            errors[name] = err.advice
            return ""

    def chosen(name: str) -> str:
        return str(values[name][name]["selected_option"]["value"])

    publish_at = entered(PUBLISH_AT, parse_publish_at) if PUBLISH_AT in values else card.publish_at or ""
    stated = Details(
        title=_unless(entered(TITLE, _text), card.title) or None,
        kind=_unless(Kind(chosen(KIND)), card.kind),
        issuer=_unless(entered(ISSUER, _text), card.issuer or ""),
        date=_unless(entered(DATE, parse_date), card.date or ""),
        status=_unless(Status(chosen(STATUS)), card.status),
        source=_unless(
            entered(SOURCE, partial(parse_source, kind=Kind(chosen(KIND)))), one_line(card.source or "", LONGEST)
        ),
        publish_at=_unless(publish_at, card.publish_at or ""),
        review_by=_unless(entered(REVIEW_BY, partial(parse_date, key="review_by")), card.review_by or ""),
        collections=_readers(values, card.collections),
    )
    return errors or stated


def words_of(value: Kind | Status) -> str:
    """Write a kind or status the way staff say it."""
    return value.value.replace("_", " ")


def _card_inputs(card: Card, collections: Sequence[str], readers_hint: str, *, waits: bool) -> list[Block]:
    """Ask for what stands on a card, with what stands there already; when it is published if it `waits` for that."""
    kinds = {kind.value: words_of(kind) for kind in Kind}
    statuses = {one.value: words_of(one) for one in Status}
    publish_at = _asked(PUBLISH_AT, "Publish at", _line(card.publish_at, 40), PUBLISH_HINT)
    its = names_in(card.collections)
    readers = _asked(COLLECTIONS, "Who may read it", _several(collections, its), readers_hint)
    # What the form cannot show, saving it would take away.
    can_choose = len(collections) > 1 and len(its) <= MOST_OPTIONS
    return [
        _asked(TITLE, "Title", _line(card.title[:LONGEST_TITLE], LONGEST_TITLE), optional=False),
        _asked(KIND, "Kind", _choice(kinds, card.kind.value), optional=False),
        _asked(ISSUER, "Issuer", _line(card.issuer, LONGEST_TITLE), "Who issued it."),
        _asked(DATE, "Date", _line(card.date, 10), DATE_HINT),
        _asked(STATUS, "Status", _choice(statuses, card.status.value), optional=False),
        _asked(SOURCE, "Source", _line(card.source, LONGEST), SOURCE_HINT),
        *([publish_at] if waits else []),
        *([readers] if can_choose else []),
        _asked(REVIEW_BY, "Review by", _line(card.review_by, 10), REVIEW_HINT),
    ]


def _readers(values: Mapping[str, Any], guessed: str | None) -> str | None:
    """The names of the collections chosen; None where they are as they were, or nobody was asked."""
    if COLLECTIONS not in values:
        return None
    chosen = [str(option["value"]) for option in values[COLLECTIONS][COLLECTIONS].get("selected_options") or ()]
    as_it_was = {name.casefold() for name in chosen} == {name.casefold() for name in names_in(guessed)}
    return None if as_it_was else ", ".join(chosen)


def _text(entered: str | None) -> str | None:
    return (entered or "").strip() or None


def _unless(entered: T, guessed: object) -> T | None:
    return None if entered == guessed else entered


def _asked(name: str, label: str, element: Block, hint: str = "", *, optional: bool = True) -> Block:
    block: Block = {"type": "input", "block_id": name, "label": plain(label, 75), "optional": optional}
    return block | {"element": {"action_id": name, **element}} | ({"hint": plain(hint, 300)} if hint else {})


def _line(value: str | None, longest: int) -> Block:
    written = one_line(value or "", longest)
    return {"type": "plain_text_input", "max_length": longest} | ({"initial_value": written} if written else {})


def _choice(words: dict[str, str], chosen: str) -> Block:
    options = {value: {"text": plain(text, LONGEST_OPTION), "value": value} for value, text in words.items()}
    return {"type": "static_select", "options": list(options.values()), "initial_option": options[chosen]}


def _several(names: Sequence[str], chosen: Sequence[str]) -> Block:
    stated = {name.casefold() for name in chosen}
    offered = sorted(names, key=lambda name: name.casefold() not in stated)[:MOST_OPTIONS]
    names = [name for name in names if name in offered]
    options = [{"text": plain(one_line(name, LONGEST_OPTION), LONGEST_OPTION), "value": name} for name in names]
    initial = [option for option, name in zip(options, names, strict=False) if name.casefold() in stated]
    select: Block = {"type": "multi_static_select", "options": options, "placeholder": plain("Everybody", 75)}
    return select | ({"initial_options": initial} if initial else {})


def _document(chosen: DocumentRecord | None) -> Block:
    select: Block = {"type": "external_select", "min_query_length": 0, "placeholder": plain("None", 75)}
    return select | ({"initial_option": _option(chosen)} if chosen else {})


def _day(proposal: Proposal) -> Block:
    return {"type": "datepicker"} | ({"initial_date": proposal.since.isoformat()} if proposal.since else {})


def _option(document: DocumentRecord) -> Block:
    """A document as an option with its date: two years of a sheet differ in little else."""
    label = f"{one_line(document.card.title, LONGEST_OPTION - 22)} ({spell_date(document.card.date)})"
    return {"text": plain(label, LONGEST_OPTION), "value": document.id}
