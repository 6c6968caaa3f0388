"""Questions as the log of gaps shows them: what looks like somebody's number or address is masked, and long ones end.

The ledger keeps what was asked; this is applied to whatever leaves it for a list, a card or an export. Years, amounts,
dates and numbers of rooms, ordinances and invoices stay.
"""

import re

# Numbers without a country code are read as the office's own country writes them.
COUNTRY = "US"
# The shortest phone numbers there are, country code included (Niue, +683 4000), and local ones.
FEWEST_DIGITS = 7
# A question may have 4,000 characters, with the turn before it twice that; lists and exports show no more than one.
LONGEST = 4_000

# RFC 5322 allows more; this is what people have and type.
EMAIL = re.compile(r"[^\s@<>()\[\],;:\"']+@[^\s@<>()\[\],;:\"']+\.[^\W\d_]{2,}", re.UNICODE)
# Any grouping of 3-2-4; nine digits in one only where the words before say what they are.
SSN = re.compile(
    r"(?<![\w-])\d{3}([- .])\d{2}\1\d{4}(?![\w-])"
    r"|(?P<said>\b(?:ssn|social security)(?:\W+(?:is|no|number|nr)\b)*\W{1,3})\d{9}\b",
    re.IGNORECASE,
)
# A US passport of today is a letter and eight digits (travel.state.gov, "next generation passport"); other numbers of
# passports look like many things and are known by the word before them.
PASSPORT = re.compile(
    r"\b[A-Z]\d{8}\b|(?P<said>\bpassport(?:\W+(?:is|no|number|nr)\b)*\W{1,3})[A-Z]{0,3}\d{6,9}[A-Z]?\b",
    re.IGNORECASE,
)
# Seven digits alone look like a case number, so only where somebody is to be called.
LOCAL_PHONE = re.compile(
    r"(?P<said>\b(?:call|phone|tel|telephone|cell|mobile|fax|text|dial|ring|at)\W+(?:\w+\W+){0,2}?)\d{3}[-. ]\d{4}\b",
    re.IGNORECASE,
)
MASK = re.compile(r"\[(?:e-mail|(?:social security|passport|phone) number)\]")


def masked(text: str) -> str:
    """Return a text with e-mail addresses, social security, phone and passport numbers named instead of shown."""
    # What is cut off at the end may be half a number: masked first, then cut further in front.
    text = EMAIL.sub("[e-mail]", text[: 2 * LONGEST])
    text = SSN.sub(lambda match: f"{match['said'] or ''}[social security number]", text)
    text = PASSPORT.sub(lambda match: f"{match['said'] or ''}[passport number]", text)
    text = _without_phones(text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def without_masked(text: str) -> str:
    """Return a text without what would be masked in it, for whoever counts or looks up its words."""
    return MASK.sub(" ", masked(text))


def _without_phones(text: str) -> str:
    # Looking through a text takes a millisecond, and most questions hold no number that long.
    if sum(character.isdigit() for character in text) < FEWEST_DIGITS:
        return text
    from phonenumbers import PhoneNumberMatcher

    for found in reversed(tuple(PhoneNumberMatcher(text, COUNTRY))):
        text = f"{text[: found.start]}[phone number]{text[found.end :]}"
    return LOCAL_PHONE.sub(lambda match: f"{match['said']}[phone number]", text)
