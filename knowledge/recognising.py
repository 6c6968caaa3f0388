"""Which document a file is, and whether it has to be read. Goes by its place, its bytes and what people stated.

What somebody stated about a file stays with the document. Its date, status, successor and review date were said of that
text: once the file changes they have to be stated anew, for a wrong date is worse than none.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import count
from pathlib import PurePath

from knowledge.domain import Details, Kind, Status, Upload, content_id
from knowledge.ledger.library import FileAt

# Raised whenever reading or splitting changes, so that unchanged files are read anew.
RECIPE = "5"
# What is said of a text and not of its document.
OF_THE_TEXT = ("date", "status", "superseded_by", "review_by")


class Known(StrEnum):
    """Why a file need not be read: it is as it was, or somebody went back behind this very version."""

    UNCHANGED = "unchanged"
    HELD_BACK = "held_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file to read, and the document it becomes; `origin` is what the id of a new one is made of."""

    document_id: str
    origin: str
    details: Details
    file: str
    fingerprint: str

    @property
    def stated(self) -> dict[str, str]:
        """The fields somebody stated, as text."""
        return stated_in(self.details)


def recognise(
    upload: Upload, files: Mapping[str, FileAt], taken: Collection[str], find: Callable[[str], str]
) -> Arrival | Known:
    """Say which document a file is. `files` are those known, `taken` the ids in use, `find` an id by a name.

    Raises what `find` raises.
    """
    file = hashlib.sha256(upload.content).hexdigest()
    known = files.get(upload.place)
    if upload.replaces is not None:
        document_id = find(upload.replaces)
        if known is None or known.document_id != document_id or known.place != upload.place:
            return _arrival(document_id, upload.place, upload.details, file)
    document_id, origin = own_document(upload.place, known, taken)
    if known is None:
        return _arrival(document_id, origin, upload.details, file)
    at_home = known.place == upload.place
    # Which collections it is put into says nothing of the file.
    if replace(upload.details, collections=None) == Details() and upload.replaces is None:
        if file in known.held_back:
            return Known.HELD_BACK
        if known.live and not at_home and file in known.earlier:
            return Known.UNCHANGED
    if not at_home:
        return _arrival(document_id, origin, upload.details, file)
    arrival = _arrival(document_id, origin, _with_stated(upload.details, known, file), file)
    is_as_it_was = known.live and arrival.fingerprint == known.fingerprint and upload.details.collections is None
    return Known.UNCHANGED if is_as_it_was else arrival


def own_document(place: str, known: FileAt | None, taken: Collection[str]) -> tuple[str, str]:
    """Return the id of the document that the file at a place is by itself, and what that id is made of."""
    if known is None:
        return document_id_of(place), place
    if known.place == place:
        return known.document_id, place
    # The document went on elsewhere, so what lies here now is another.
    origin = next(o for o in (f"{place}#{number}" for number in count(2)) if document_id_of(o) not in taken)
    return document_id_of(origin), origin


def document_id_of(place: str) -> str:
    """Make a document's id: a readable part from its file name and a part that tells equal names apart."""
    slug = re.sub(r"[^a-z0-9]+", "-", PurePath(place).stem.lower()).strip("-")[:48]
    return f"{slug or 'document'}-{content_id(place)[:8]}"


def _arrival(document_id: str, origin: str, details: Details, file: str) -> Arrival:
    """Put together; the fingerprint changes with the bytes, with what is stated and with how files are read."""
    fingerprint = fingerprint_of(file, stated_in(details))
    return Arrival(document_id=document_id, origin=origin, details=details, file=file, fingerprint=fingerprint)


def fingerprint_of(file: str, stated: Mapping[str, str]) -> str:
    """Sum up a file by its SHA-256, with what is stated about it; the collections it is in are its document's."""
    of_the_file = sorted((name, text) for name, text in stated.items() if name != "collections")
    return content_id(RECIPE, file, repr(of_the_file))


def _with_stated(details: Details, known: FileAt, file: str) -> Details:
    """Add what was stated before to what is stated now."""
    before = {name: text for name, text in known.stated.items() if file == known.file or name not in OF_THE_TEXT}
    return details_of({**before, **stated_in(details)})


def stated_in(details: Details) -> dict[str, str]:
    """Return the fields that are stated, as text."""
    return {name: str(value) for name, value in asdict(details).items() if value is not None}


def details_of(stated: Mapping[str, str]) -> Details:
    """Return what was stated, from its text."""
    return Details(
        title=stated.get("title"),
        kind=Kind(stated["kind"]) if "kind" in stated else None,
        issuer=stated.get("issuer"),
        date=stated.get("date"),
        status=Status(stated["status"]) if "status" in stated else None,
        superseded_by=stated.get("superseded_by"),
        source=stated.get("source"),
        publish_at=stated.get("publish_at"),
        review_by=stated.get("review_by"),
        collections=stated.get("collections"),
    )
