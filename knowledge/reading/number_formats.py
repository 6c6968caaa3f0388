"""Values of spreadsheet cells as the program shows them: dates, percent, thousands, money.

Formats beyond those (fractions, powers of ten, colours by condition) give the plain number, never a wrong one.
"""

import re
from datetime import datetime, time, timedelta

_BETWEEN_SECTIONS = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
# What stands in a format beside the number: text in quotes, an escaped sign, a currency or condition, a blank as wide
# as a sign, a sign that fills the cell.
_PART = re.compile(r'"([^"]*)"|\\(.)|\[([^\]]*)\]|_.|\*.')
_DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]+)?")
# What no mask of digits explains: powers of ten, fractions, text, thousands left out.
_BEYOND = re.compile(r"[A-Za-z/@#?,]")
_MOST_DIGITS = 15  # what a cell holds exactly
_LONGEST_FORMAT = 255  # Excel's own limit


def shown(value: object, number_format: str) -> str:
    """Return the text of a cell's value; dates as ISO, to the precision they have."""
    match value:
        case None:
            text = ""
        case bool():
            text = str(value).upper()
        case int() | float():
            text = _number(value, number_format)
        case datetime():
            text = value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        case time():
            text = value.isoformat("minutes")
        case timedelta():
            minutes = round(value.total_seconds() / 60)
            text = f"{minutes // 60}:{minutes % 60:02}"
        case _:
            text = str(value)
    return text


def _number(value: float, number_format: str) -> str:
    """Show a number by its format, of which further sections are for negative numbers and for zero."""
    if number_format in {"", "General"}:
        return _plain(value)
    sections = _BETWEEN_SECTIONS.split(number_format[:_LONGEST_FORMAT])
    section, sign = sections[0], "-" if value < 0 else ""
    if value < 0 and len(sections) > 1:
        section, sign = sections[1], ""
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    literals: list[str] = []
    mask = _PART.sub(lambda part: _keep(part, literals), section)
    digits = _DIGITS.findall(mask)
    if len(digits) > 1 or _BEYOND.search(_DIGITS.sub("", mask)) or "".join(digits).endswith(","):
        return _plain(value)
    text = _digits(abs(value) * 100 ** mask.count("%"), digits[0]) if digits else ""
    written = _DIGITS.sub(lambda _: text, mask)
    shows_a_digit = any(digit in "123456789" for digit in text)
    return (sign if shows_a_digit else "") + re.sub("\0", lambda _: literals.pop(0), written).strip()


def _digits(value: float, mask: str) -> str:
    """Write the digits of a number by a mask: "0" always shows one, "#" and "?" only one that counts."""
    whole, _, decimals = mask.partition(".")
    if value == 0 and "0" not in mask:
        return ""
    text = f"{value:{',' if ',' in whole else ''}.{min(len(decimals), _MOST_DIGITS)}f}"
    for _ in range(len(decimals) - len(decimals.rstrip("#?"))):
        text = text.removesuffix("0")
    text = text.removesuffix(".")
    return text.zfill(len(whole)) if set(whole) == {"0"} else text


def _keep(part: re.Match[str], literals: list[str]) -> str:
    """Put a mark where a format has text of its own; "[$€-407]" is money, colours show nothing."""
    quoted, escaped, bracket = part.groups()
    if bracket and bracket[0] in "<>=":
        return "@"  # a condition is beyond us
    money = bracket[1:].partition("-")[0] if bracket and bracket.startswith("$") else ""
    text = quoted or escaped or money
    if not text:
        return ""
    literals.append(text)
    return "\0"


def _plain(value: float) -> str:
    """Write a number with all its digits and no others: 0.1 + 0.2 is 0.3."""
    if float(value).is_integer() and abs(value) < 10**_MOST_DIGITS:
        return str(int(value))
    return f"{value:.{_MOST_DIGITS}g}"
