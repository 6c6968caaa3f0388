"""Compares what a sentence and its translation deny, oblige to and how far they go."""

from collections import Counter

from knowledge.answering.translating.reading import Read

# Words within which a denial is about a duty.
NEAR = 3


def same_denials(source: Read, translation: Read) -> bool:
    (least, most), (fewest, many) = _denials(source), _denials(translation)
    return least <= many and fewest <= most


def _denials(side: Read) -> tuple[int, int]:
    """How many denials a sentence has, at least and at most. Romance languages deny one thing twice: "no ... nunca"."""
    denials, again = side.places("not"), side.places("again")
    limits = {place - 1 for place in side.places("limits")}
    least = most = len(side.places("apart")) + len(side.places("deny"))
    for start, end in side.clauses:
        # "no more than" is a limit, and is compared as one.
        strong = any(start <= place < end and place not in limits for place in denials)
        loose = any(start <= place < end and place in limits for place in denials)
        more = sum(start <= place < end for place in again)
        least += strong or more > 0
        most += strong + loose + more
    return least, most


def same_duties(source: Read, translation: Read) -> bool:
    """Whether it obliges as much: no duty more or fewer, and no advice made one."""
    ours, theirs = _duties(source), _duties(translation)
    return (
        theirs["must"] <= ours["must"]
        and theirs["must"] + theirs["should"] <= ours["must"] + ours["should"]
        and bool(theirs["must"]) == bool(ours["must"])
        and bool(theirs["should"]) == bool(ours["should"])
        and (bool(theirs["may"]) >= bool(ours["may"]) or bool(theirs["denied"]))
    )


def _duties(side: Read) -> Counter[str]:
    """Count musts, shoulds and mays; those that are denied say one thing in all three languages and count apart."""
    denials = set(side.places("not"))
    counted: Counter[str] = Counter()
    for force in ("must", "should", "may"):
        for place in side.places(force):
            if force == "may" and place in side.taken:
                continue
            is_denied = force != "should" and denials & set(range(place - NEAR, place + NEAR))
            counted["denied" if is_denied else force] += 1
    return counted


def same_direction(source: Read, translation: Read) -> bool:
    """Whether neither "before" became "after" nor "some" became "all"."""
    for pair in (("earlier", "later"), ("all", "some")):
        ours, theirs = ({mark for mark in pair if side.places(mark)} for side in (source, translation))
        if len(ours) == len(theirs) == 1 and ours != theirs:
            return False
    return True
