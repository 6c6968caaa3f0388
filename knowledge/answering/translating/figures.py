"""Compares the numbers of a sentence and its translation: values, units, and whether they are a limit."""

from collections import Counter
from collections.abc import Callable, Sequence

from knowledge.answering.translating.counts import Count
from knowledge.answering.translating.reading import Read

# Words before a number that may say that it is a limit: "en un plazo no superior a 30".
BEFORE_A_NUMBER = 5


def same_counts(source: Read, translation: Read) -> bool:
    """Whether both have the same numbers in the same order, and the same years and days.

    What is a year or a day on one side only is a number on both: "1500" and "1,500", "May 30 and 31".
    """
    ours, theirs = (
        Counter((one.kind, one.values) for one in side.counts if one.kind) for side in (source, translation)
    )
    either = ours & theirs
    if source.odd != translation.odd:
        return False
    one, other = ([o for o in side.counts if (o.kind, o.values) not in either] for side in (source, translation))
    return all(
        [o.values for o in source.counts if o.kind == kind and (kind, o.values) in either]
        == [o.values for o in translation.counts if o.kind == kind and (kind, o.values) in either]
        for kind in ("year", "day")
    ) and _aligned(one, other, lambda a, b: bool(a.values & b.values))


def same_months(source: Read, translation: Read) -> bool:
    return [month for _, month in source.months] == [month for _, month in translation.months]


def same_units(source: Read, translation: Read) -> bool:
    """Whether each number counts the same: dollars, days, a share."""

    def fits(a: Count, b: Count) -> bool:
        ours, theirs = source.unit_of(a), translation.unit_of(b)
        return bool(a.values & b.values) and (bool(ours & theirs) or not (ours or theirs))

    return _aligned(_plain(source), _plain(translation), fits)


def same_limits(source: Read, translation: Read) -> bool:
    """Whether no number that is the least on one side is the most on the other."""

    def fits(a: Count, b: Count) -> bool:
        ours, theirs = _limit(source, a), _limit(translation, b)
        return bool(a.values & b.values) and not (ours and theirs and ours != theirs)

    return _aligned(_plain(source), _plain(translation), fits)


def _limit(side: Read, count: Count) -> str:
    """Whether a number is the least or the most, by the words beside it; a denial turns them round."""
    near = [
        (abs(place - count.first), mark, place)
        for mark in ("up", "down")
        for place in side.places(mark)
        if count.first - BEFORE_A_NUMBER <= place < count.end + 3 and not count.first <= place < count.end
    ]
    if not near:
        return ""
    _, mark, place = min(near)
    start = max(start for start, end in side.clauses if start <= place)
    is_denied = any(start <= denial < place for denial in side.places("not"))
    return {"up": "down", "down": "up"}[mark] if is_denied else mark


def _plain(side: Read) -> list[Count]:
    """Its numbers but for years and days."""
    return [count for count in side.counts if not count.kind]


def _aligned(one: Sequence[Count], other: Sequence[Count], fits: Callable[[Count, Count], bool]) -> bool:
    """Whether numbers fit each other one by one; those that are only perhaps numbers may be left out."""
    reached = {(0, 0)}  # so many of one and so many of the other are done
    for done in range(len(one) + len(other)):
        for here, there in [place for place in reached if sum(place) == done]:
            ours, theirs = one[here : here + 1], other[there : there + 1]
            if ours and ours[0].perhaps:
                reached.add((here + 1, there))
            if theirs and theirs[0].perhaps:
                reached.add((here, there + 1))
            if ours and theirs and fits(ours[0], theirs[0]):
                reached.add((here + 1, there + 1))
    return (len(one), len(other)) in reached
