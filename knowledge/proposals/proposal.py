"""The nouns of proposals: a file that waits for a confirmation, and what it resembles. Decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from knowledge.domain import Card, Details, DocumentRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Resemblance:
    """A document of the library that a proposal resembles.

    `share` is the part, 0 to 1, of the proposal's passages that say what one of that document's says. `looks_newer`:
    the proposal is likely a newer version of it.
    """

    document: DocumentRecord
    share: float
    looks_newer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A file that was read and waits for a confirmation; nobody but admins may know of it.

    `card` is what it would be served with, `stated` what people said of that, and what was `guessed` for them: by field
    the words that it rests on, until somebody says otherwise. `document_id` is the document it would
    become; `replaces` is that document as the library has it, where there is one, so that this becomes its next
    version. `supersedes` would be superseded by it `since` a day, that of the confirmation unless stated.

    `pages` is 0 where the format counts none; `empty_pages` are those without text, the `unread_pages` among them
    nobody looked at. `ocr_share` is the part, 0 to 1, of its passages that was read from pictures, `ocr_confidence`
    how sure that was on average. `missing` says in sentences what an admin should look at. `resembles` has the most
    alike first.
    """

    id: str
    name: str
    place: str
    card: Card
    stated: Details
    guessed: Mapping[str, str]
    document_id: str
    replaces: DocumentRecord | None
    supersedes: DocumentRecord | None
    since: date | None
    pages: int
    empty_pages: tuple[int, ...]
    unread_pages: tuple[int, ...]
    passages: int
    tables: int
    ocr_share: float
    ocr_confidence: float | None
    missing: tuple[str, ...]
    resembles: tuple[Resemblance, ...]
    made_by: str
    made_at: datetime
