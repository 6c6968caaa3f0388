"""Names in a sentence and its translation: kept as they are or as the lists have them, and in the same order."""

from collections import Counter
from functools import cache
from itertools import combinations

from knowledge.answering.translating.reading import Read
from knowledge.answering.translating.vocabulary import vocabulary

OFFICES = (
    "mayor governor council clerk secretary attorney judge court police president minister senate congress commission "
    "committee board director treasurer auditor ambassador consul agency university"
).split()
# English endings of words for things and what becomes of them in Spanish and Portuguese.
COGNATES = (
    ("tion", ("cion", "cao")),
    ("tions", ("ciones", "coes")),
    ("sion", ("sion", "sao")),
    ("ty", ("dad", "dade")),
    ("ment", ("mento", "miento")),
    ("ism", ("ismo",)),
    ("ence", ("encia",)),
    ("ance", ("ancia",)),
    ("cy", ("cia",)),
    ("logy", ("logia",)),
    ("graphy", ("grafia",)),
    ("ture", ("tura",)),
    ("ics", ("ica",)),
)
# Endings that names have not: of words for several things, of verbs, and of what is thought rather than met.
ENDINGS = (
    ("mente", "ando", "endo", "indo"),
    ("s", "ing", "ed", "ly", "tion", "ment", "ness", "ity", "ence", "ance", "ship", "ism", "age", "out", "ure", "ncy"),
)
# Where English begins with one of these, Spanish and Portuguese may begin with the verb.
SUBJECTS = frozenset("it they he she there we you this these that".split())
JOINTS = frozenset("of de del da do dos das the la el for para -".split())


def same_names(source: Read, translation: Read) -> bool:
    """Whether each name of one side stands on the other as it is, or as the lists have it."""
    return all(
        _is_kept(side, place, other)
        for side, other in ((source, translation), (translation, source))
        for place in names_in(side, other)
    )


def same_order(source: Read, translation: Read) -> bool:
    """Whether names and offices stand in the same order, but within one name: "Denver Declaration"."""
    ours, theirs = _named_once(source, translation), _named_once(translation, source)
    for one, other in combinations([name for name in ours if name in theirs], 2):
        here, there = (ours[one], ours[other]), (theirs[one], theirs[other])
        if (here[0] < here[1]) != (there[0] < there[1]) and not _is_one_name(source, *here):
            return False
    return True


def names_in(side: Read, other: Read) -> list[int]:
    """The places of words written like names, and of those that open a sentence as a name does: "Okafor signed"."""
    found = []
    for place, token in enumerate(side.tokens):
        word = side.words[place]
        if not (token.is_word and token.is_capital) or place in side.taken or place in side.phrases:
            continue
        if word in side.known.function and not (len(word) > 1 and token.text.isupper()):
            continue
        if not side.opens(place) or _opens_as_a_name(side, place, other):
            found.append(place)
    return found


def _opens_as_a_name(side: Read, place: int, other: Read) -> bool:
    """Whether a first word is a name: another capital follows, or no language begins like this with a word for a thing.

    In English those have a plural or an article; in Spanish and Portuguese an article anyway, unless it is a verb where
    English has "it"; and questions may begin with one in all three.
    """
    word = side.words[place]
    after = side.tokens[place + 1 : place + 2]
    if after and after[0].is_capital and side.words[place + 1] not in side.known.function:
        return True
    if (
        side.asks
        or word in side.known.opening
        or SUBJECTS & set(other.words[:1])
        or side.known.named.at(side.words, place)[0]
    ):
        return False
    return not word.endswith(ENDINGS[side.known.language == "en"]) and not any(
        side.known.marks[mark].at(side.words, place)[0] for mark in ("must", "should", "may", "deny")
    )


def _is_kept(side: Read, place: int, other: Read) -> bool:
    word = side.words[place]
    if word in side.known.free or word in other.words:
        return True
    groups, _ = side.known.named.at(side.words, place)
    return bool(groups & other.named) or bool(_cognates(word) & _all_cognates(other))


def _cognates(word: str) -> frozenset[str]:
    """The beginnings of a word for a thing without its ending, with the kind of that; empty for others."""
    return frozenset(
        f"{word[: -len(end)]}-{number}"
        for number, (english, others) in enumerate(COGNATES)
        for end in (english, *others)
        if word.endswith(end) and len(word) - len(end) > 2
    )


def _all_cognates(side: Read) -> frozenset[str]:
    return frozenset(cognate for word in side.words for cognate in _cognates(word))


def _named_once(side: Read, other: Read) -> dict[str, int]:
    """Names that stand on both sides and offices, each with its place where it is there once."""
    kept = [(side.words[place], place) for place in names_in(side, other) if side.words[place] in other.words]
    theirs = [groups for _, groups in other.same]
    kept += [
        (f"group {min(shared)}", place)
        for place, groups in side.same
        if (shared := groups & _offices())
        and sum(bool(groups & one) for one in theirs) == 1
        and sum(bool(groups & one) for _, one in side.same) == 1
    ]
    counted = Counter(name for name, _ in kept)
    return {name: place for name, place in kept if counted[name] == 1}


def _is_one_name(side: Read, one: int, other: int) -> bool:
    """Whether two words are parts of one name, or of an office beside it: "Denver Mayor Ruth Okafor"."""
    between = range(min(one, other) + 1, max(one, other))
    return len(between) < 5 and all(side.tokens[place].is_capital or side.words[place] in JOINTS for place in between)


@cache
def _offices() -> frozenset[int]:
    """The groups of who acts."""
    same = vocabulary("en").same
    return frozenset(group for word in OFFICES for group in same.at((word,), 0)[0])
