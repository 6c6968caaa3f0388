"""An answer somebody writes to a gap, as a document like any other: read, split, embedded, published, versioned.

Never says that it answers: that is for asking again to say.
"""

from dataclasses import dataclass
from datetime import date

from knowledge.domain import Details, DocumentRecord, Kind, Upload
from knowledge.errors import BadGapChange
from knowledge.gaps.records import GapRecord, GapStatus

# Where answers lie; the same place is the same document's next version.
PLACE = "answers"
# About ten pages: what is longer is a document, and goes the way of documents.
LONGEST_ANSWER = 30_000
LONGEST_FACT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An answer once it is published: its document, and the gap as it stands after its questions were asked again.

    `answers` says whether the library now answers them; where it does not, the words of the question are missing in it.
    """

    document: DocumentRecord
    gap: GapRecord
    answers: bool


def answer_upload(
    gap: GapRecord,
    text: str,
    *,
    source: str,
    review_by: date | None,
    author: str,
    credited: str | None,
    office: str | None,
    today: date,
) -> Upload:
    """Make the file of an answer. Raises BadGapChange, which says what is missing or wrong."""
    if gap.status is GapStatus.DECLINED:
        raise BadGapChange(f"{gap.id} is declined; `attache gaps reopen` opens it again.")
    if not text.strip():
        raise BadGapChange("Please write the answer; an empty one answers nobody.")
    if len(text) > LONGEST_ANSWER:
        raise BadGapChange("This is too long for an answer; please add it to the library as a document.")
    if not source.strip():
        raise BadGapChange("Please say where the answer comes from: a link, a document, or who decided it.")
    if review_by and review_by <= today:
        raise BadGapChange("The review date has to be a day to come.")
    name = " ".join((credited or author).split())
    if not name:
        raise BadGapChange("Please say whose answer it is.")
    details = Details(
        title=" ".join(gap.question.split()),
        kind=Kind.ANSWER,
        issuer=", ".join(" ".join(part.split())[:LONGEST_FACT] for part in (name, office or "") if part.strip()),
        date=today.isoformat(),
        source=" ".join(source.split())[:LONGEST_FACT],
        review_by=review_by.isoformat() if review_by else None,
    )
    # An empty front matter of ours: one that somebody wrote into the text is text.
    content = f"---\n---\n\n{text.strip()}\n".encode("utf-8", "replace")
    return Upload(name=f"{gap.id}.md", content=content, place=f"{PLACE}/{gap.id}", details=details)
