"""Which document a file is, and whether it has to be read. Goes by its place, its bytes and what people stated.

What somebody stated about a file stays with the document. Its date, status and successor were said of that text: once
the file changes they have to be stated anew, for a wrong date is worse than none.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import count
from pathlib import PurePath

from knowledge.domain import Details, Kind, Status, Upload, content_id
from knowledge.ledger.library import FileAt

# Raised whenever reading or splitting changes, so that unchanged files are read anew.
RECIPE = "2"
# What is said of a text and not of its document.
OF_THE_TEXT = ("date", "status", "superseded_by")


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
        return _stated(self.details)


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
    if known is None:
        return _arrival(document_id_of(upload.place), upload.place, upload.details, file)
    at_home = known.place == upload.place
    if upload.details == Details() and upload.replaces is None:
        if file in known.held_back:
            return Known.HELD_BACK
        if known.live and not at_home and file in known.earlier:
            return Known.UNCHANGED
    if not at_home:  # the document went on elsewhere, so what lies here now is another
        origins = (f"{upload.place}#{number}" for number in count(2))
        origin = next(origin for origin in origins if document_id_of(origin) not in taken)
        return _arrival(document_id_of(origin), origin, upload.details, file)
    arrival = _arrival(known.document_id, upload.place, _with_stated(upload.details, known, file), file)
    return Known.UNCHANGED if known.live and arrival.fingerprint == known.fingerprint else arrival


def document_id_of(place: str) -> str:
    """Make a document's id: a readable part from its file name and a part that tells equal names apart."""
    slug = re.sub(r"[^a-z0-9]+", "-", PurePath(place).stem.lower()).strip("-")[:48]
    return f"{slug or 'document'}-{content_id(place)[:8]}"


def _arrival(document_id: str, origin: str, details: Details, file: str) -> Arrival:
    """Put together; the fingerprint changes with the bytes, with what is stated and with how files are read."""
    fingerprint = content_id(RECIPE, file, repr(sorted(_stated(details).items())))
    return Arrival(document_id=document_id, origin=origin, details=details, file=file, fingerprint=fingerprint)


def _with_stated(details: Details, known: FileAt, file: str) -> Details:
    """Add what was stated before to what is stated now."""
    before = {name: text for name, text in known.stated.items() if file == known.file or name not in OF_THE_TEXT}
    return _details({**before, **_stated(details)})


def _stated(details: Details) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(details).items() if value is not None}


def _details(stated: Mapping[str, str]) -> Details:
    return Details(
        title=stated.get("title"),
        kind=Kind(stated["kind"]) if "kind" in stated else None,
        issuer=stated.get("issuer"),
        date=stated.get("date"),
        status=Status(stated["status"]) if "status" in stated else None,
        superseded_by=stated.get("superseded_by"),
        source=stated.get("source"),
        publish_at=stated.get("publish_at"),
    )
