"""Why a sentence of a model was dropped."""

from enum import StrEnum


class Drop(StrEnum):
    """The first thing found wrong with a sentence."""

    UNREADABLE = "unreadable"
    UNKNOWN_PASSAGE = "unknown passage"
    NOT_QUOTED = "quote not in the passage"
    PROMPT = "words of the prompt"
    QUESTION = "a question"
    LINK = "link"
    NAME = "name"
    WORDS = "words not in the source"
    DATE = "date"
    NUMBER = "number"
    UNIT = "unit"
    NEGATION = "negation"
    OBLIGATION = "obligation"
    CONDITION = "condition"
    MERGED = "facts merged"
    REPEATED = "said before"
    # These passed, and yet nothing is shown of them.
    NO_ANSWER = "no answer to the question"
    WITHDRAWN = "of a document that left the library"
