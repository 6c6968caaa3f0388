"""CSV files to sections, row by row. The sign between the cells is told by what gives the same columns row after row.

A cell that a spreadsheet program would take for a formula is blank, as it is never evaluated.
"""

import csv
import re
from collections import Counter
from io import StringIO
from itertools import islice

from knowledge.errors import DamagedDocument
from knowledge.reading.decoding import decode
from knowledge.reading.limits import Limits
from knowledge.reading.outline import Draft
from knowledge.reading.rows import RowCount, sections_of

_DELIMITERS = ",;\t|"
_LOOK = 50
# Excel is told the delimiter by a first line that it does not show.
_STATED = re.compile(r"sep=(.)\n")
# A value in quotes keeps its leading zeros this way, so it is one.
_FORMULA = re.compile(r'="([^"]*)"|=[^\s=].*', re.DOTALL)


def read_csv(content: bytes, limits: Limits) -> Draft:
    """Read a CSV or TSV file. Raises DamagedDocument for binary junk, TooLarge for too many rows."""
    lines = decode(content).replace("\r\n", "\n").replace("\r", "\n")
    stated = _STATED.match(lines)
    text = lines[stated.end() :] if stated else lines
    delimiter = stated.group(1) if stated else _delimiter(text)
    count = RowCount(limits)
    try:
        rows = [
            count.clean(number, [_FORMULA.sub(r"\1", cell) if cell[:1] == "=" else cell for cell in cells])
            for number, cells in enumerate(csv.reader(StringIO(text), delimiter=delimiter), start=1)
        ]
    except csv.Error as err:
        raise DamagedDocument from err
    return Draft(sections=tuple(map(count.weigh, sections_of(rows))))


def _delimiter(text: str) -> str:
    """Return the sign that gives most rows the same number of columns, the more columns the better."""

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            rows = [row for row in islice(csv.reader(StringIO(text), delimiter=delimiter), _LOOK) if len(row) > 1]
        except csv.Error:  # cells beyond all measure, where there are none
            return 0, 0
        columns, same = next(iter(Counter(map(len, rows)).most_common(1)), (0, 0))
        return same, columns

    return max(_DELIMITERS, key=fit)
