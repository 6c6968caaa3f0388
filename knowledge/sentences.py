"""Where sentences begin and end. Works on positions only: never changes, drops or reorders a character of the text."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

Span = tuple[int, int]

# Of one message; more are a list of topics and not a question.
MOST_QUESTIONS = 6

# After these, a number, a small letter or a Roman numeral goes on with the same sentence ("ch. 795", "vol. II").
_COUNTED = re.compile(
    r"a\.d|al|app|approx|apr|arts?|aug|b\.c|c\.f\.r|ca|caps?|cf|chs?|cls?|cols?|dec|e\.g|eds?|est|etc|exs?|feb|figs?|fns?|"
    r"gov|i\.e|jan|jul|jun|lit|mar|n|nos?|nov|núms?|oct|op|ord|p|paras?|pp|pts?|pub|págs?|q\.v|r|regs?|res|secs?|sept?|"
    r"ser|stat|subch|subdi?v?|subpt|supp|tabs?|tit|u\.s|u\.s\.c|v|viz|vols?|vs"
)
# After these, the sentence goes on whatever follows ("Amb. Hachigian", "EE. UU.").
_TITLES = re.compile(
    r"adm|amb|asst|attys|capt|cdr|cmdr|col|congr?|dir|dr[as]?s?|ee|ft|gens?|gobs?|govs?|hon|insp|intl|lic|lt|maj|messrs|"
    r"mme|mrs?|ms|mt|mtro|natl|pres|profa?|reps?|sens?|sgt|sra?s?|sres|srta|sta|ste|supt"
)
# After "p.m.", these say of which day or where: "to 5 p.m. Monday through Friday", "at 7 p.m. Eastern".
_DAYS_AND_ZONES = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)[.,]"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\. \d"
    r"|(?:eastern|central|mountain|pacific|atlantic|local)\b|[ecmp][sd]?t\b|utc\b|gmt\b",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"[IVXLCDM]+\b")
_LAST_WORD = re.compile(r"([^\W_][\w.]*)\.[\])]?\s*$")
# A marker belongs to its item's first sentence: "1. Ask the mayor." is one sentence, not two.
_MARKER = re.compile(r"\s*(?:[-*+•▪–]|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)])\s+")
_ENDS_SENTENCE = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*\s*$")
_RAISED = "¹²³⁰⁴⁵⁶⁷⁸⁹"
_LOOK = 60  # characters to each side that decide whether a sentence goes on
_SPACE = re.compile(r"\s")
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


@lru_cache(maxsize=128)  # judge, quotes and what differs each look at the same few passages
def split_sentences(text: str) -> tuple[Span, ...]:
    """Return the (start, end) of each sentence, white space trimmed; together they hold all that is not space.

    A line break ends a sentence unless it merely wraps a line: the next line goes on in small letters and the one
    before has no end mark. Rows of a table (" | ") never run on.
    """
    return tuple(sentence for block in _blocks(text) for sentence in _sentences_of(text, block))


def questions_in(text: str) -> tuple[str, ...]:
    """Return the questions of a message; all of it as one where it asks but one, or more than anybody would.

    A question ends with a question mark, and what stands before it goes with it.
    """
    ends = [end for _, end in split_sentences(text) if text[:end].endswith("?")]
    if not 1 < len(ends) <= MOST_QUESTIONS:
        return (text,)
    return tuple(text[start:end].strip() for start, end in zip([0, *ends], ends, strict=False))


def _blocks(text: str) -> Iterator[Span]:
    """Yield runs of lines that read as one: a line, or a line with the lines it was wrapped into."""
    start = end = -1
    before = ""
    for line in _LINE.finditer(text):
        if not line.group().strip():
            continue
        if start >= 0 and _runs_on(before, text[end : line.start()], line.group()):
            end = line.end()
        else:
            if start >= 0:
                yield start, end
            start, end = line.span()
        before = line.group()
    if start >= 0:
        yield start, end


def _runs_on(before: str, between: str, line: str) -> bool:
    only_a_wrap = between in {"\n", "\r\n"}
    return (
        only_a_wrap
        and line.lstrip()[0].islower()
        and not _MARKER.match(line)
        and not _ENDS_SENTENCE.search(before)
        and " | " not in before
        and " | " not in line
    )


def _sentences_of(text: str, block: Span) -> Iterator[Span]:
    from sentencex import get_sentence_boundaries

    start, end = block
    marker = _MARKER.match(text, start, end)
    body = marker.end() if marker else start
    # One space for each space character keeps the offsets, which count code points, as ours do.
    line = _SPACE.sub(" ", text[body:end])
    cuts = [start]
    for boundary in get_sentence_boundaries("en", line):
        cut = body + boundary["start_index"]
        if cut > body and not _goes_on(text[max(cuts[-1], cut - _LOOK) : cut], text[cut : min(end, cut + _LOOK)]):
            cuts.append(cut)
    cuts.append(end)
    for left, right in pairwise(cuts):
        piece = text[left:right]
        trimmed = piece.strip()
        if trimmed:
            first = left + piece.index(trimmed[0])
            yield first, first + len(trimmed)


def _goes_on(before: str, after: str) -> bool:
    """Whether what follows a supposed end still belongs to the sentence before it."""
    after = after.lstrip()
    if not any(character.isalnum() for character in after.lstrip(_RAISED)) or not before.strip():
        return True
    found = _LAST_WORD.search(before)
    if not found:
        return False
    word = found.group(1).lower()
    if _TITLES.fullmatch(word):
        return True
    if word in {"a.m", "p.m"} and _DAYS_AND_ZONES.match(after):
        return True
    continues = after[0].isdigit() or after[0].islower() or _ROMAN.match(after) is not None
    initials = "." in word or (found.group(1).isupper() and len(word) <= 2)
    return continues and (_COUNTED.fullmatch(word) is not None or (initials and after[0].islower()))
