"""What is masked in the log of gaps, and what must not be."""

import pytest

from knowledge.gaps.masking import LONGEST, masked

PERSONAL = {
    "[phone number]": """
        202-555-0143 | (202) 555-0143 | 202.555.0143 | 2025550143 | +1 202 555 0143 | 1-800-356-9377 | +52 55 1234 5678
        +44 20 7946 0958 | +351 21 123 4567 | (303) 555-0199 ext. 12 | +81 6-6208-8181
    """,
    "[e-mail]": """
        maya@denver.example | omar.haddad+gov@city.of.springfield.example | MAYA@CITY.EXAMPLE | ñandú@ciudad.example
    """,
    "[social security number]": "219-09-9999 | 219 09 9999 | 078.05.1120",
    "[passport number]": "A12345678 | c03004786",
}
IN_WORDS = {
    "Can I call 555-0143 about it?": "Can I call [phone number] about it?",
    "My passport number is 533380006, is that enough?": "My passport number is [passport number], is that enough?",
    "passport no. XN0012345 of our guest": "passport no. [passport number] of our guest",
    "her SSN: 219099999": "her SSN: [social security number]",
    "Write to maya@city.example, or 202-555-0143.": "Write to [e-mail], or [phone number].",
}
HARMLESS = """
    What was the budget in 2022 and 2024? | Does the contract cost $185,270 or 1,049 dollars? | Ordinance 1187-2023
    What changed on 2026-11-23? | Is room 4512 free? | Resolution 2023-0456-R1 | 10,000 cities joined by COP26
    H.R. 2022-555-0143 | ZIP 60602-1234 | invoice 1234567890 | Rooms 101-1204 | 22 U.S.C. 2656 | 12:30-14:00
    Is a passport needed in 2026? | Do 12 passports need 2 forms? | @maya asked about it | section 3.2.1
    Do we pay 2 500 000 pesos? | Case 123-4567 | 50 million euros in 2021-2027 | phone the consulate in room 2100
    social security in 2024 | GS-13 step 5, 100,000-120,000 | 1 May 2026 to 30 June 2026
"""


def each(listed: str) -> list[str]:
    return [entry.strip() for line in listed.strip().splitlines() for entry in line.split(" | ")]


@pytest.mark.parametrize(("mask", "listed"), PERSONAL.items())
def test_what_is_somebodys_own_is_masked_alone_and_inside_a_question(mask: str, listed: str) -> None:
    for entry in each(listed):
        assert masked(entry) == mask
        assert masked(f"Whom do I reach at {entry}, and when?") == f"Whom do I reach at {mask}, and when?"


@pytest.mark.parametrize(("text", "shown"), IN_WORDS.items())
def test_words_before_a_number_say_what_it_is(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize("text", each(HARMLESS))
def test_years_amounts_dates_rooms_and_ordinances_stay(text: str) -> None:
    assert masked(text) == text


def test_a_question_of_40000_characters_ends_within_the_limit_and_shows_no_half_number() -> None:
    shown = masked("Please call 202-555-0143 now. " * 1_400)
    assert len(shown) == LONGEST
    assert "555" not in shown
