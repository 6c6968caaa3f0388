"""Fiscal years as city staff write them: "FY26", "fy 2026", "fiscal years 2026 and 2027".

Whatever is compared (words, vectors, readings) is compared in full; what is quoted stays as it was written.
"""

import re

YEAR = r"(?:19|20)\d\d"
SHORT = re.compile(r"\bFY\s?['’]?((?:19|20)?\d\d)\b", re.IGNORECASE)
IN_FULL = re.compile(
    rf"\bfiscal\s+years?\s+({YEAR}(?:(?:\s*(?:,|/|&|-|–|\band\b|\bor\b|\bto\b|\bthrough\b)\s*)+{YEAR})*)\b",
    re.IGNORECASE,
)
# Two digits from here on are of the last century; nobody asks in short about a budget older than 1970.
LAST_CENTURY = "70"


def spell_fiscal_years(text: str) -> str:
    """Write each fiscal year in full, as the models know it: "FY26" as "fiscal year 2026"."""
    return SHORT.sub(lambda found: f"fiscal year {_year(found[1])}", text)


def fiscal_years_in(text: str) -> tuple[str, ...]:
    """Return the fiscal years of a text, each as four digits, in order: "2026"."""
    return tuple(year for found in IN_FULL.findall(spell_fiscal_years(text)) for year in re.findall(YEAR, found))


def _year(digits: str) -> str:
    if len(digits) == len("2026"):
        return digits
    return f"19{digits}" if digits >= LAST_CENTURY else f"20{digits}"
