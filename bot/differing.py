"""What Slack and the terminal share where two sources do not agree: the line above, and the sentence of a side."""

from knowledge.differences import About, Side
from knowledge.domain import Answer, Citation

DIFFER = {
    About.NUMBER: "Sources differ on a number:",
    About.DATE: "Sources differ on a date:",
    About.DUTY: "Sources differ on what has to be done:",
}


def cited(answer: Answer, side: Side) -> tuple[Citation, str]:
    """Return the citation a side stands in and its sentence, in the passage's own characters."""
    citation = next(one for one in answer.citations if one.number == side.number)
    return citation, citation.passage.text[side.start : side.end]
