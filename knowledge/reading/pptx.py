"""PowerPoint files to sections, slide by slide: the title as heading, then what stands on the slide as it is read.

Speaker's notes are a section of their own. Hidden slides, footers, dates and slide numbers stay out.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import Any

from knowledge.domain import Section, Unit
from knowledge.errors import TooLarge
from knowledge.reading.card import plausible_title
from knowledge.reading.cleaning import clean_line
from knowledge.reading.limits import Limits
from knowledge.reading.outline import Draft, Outline, Stated
from knowledge.reading.package import check_package, parse_xml

NOTES = "Notes"
# Shapes whose upper edges are less than this share of the slide apart stand side by side and are read from the left.
_SIDE_BY_SIDE = 0.03
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def read_pptx(content: bytes, limits: Limits) -> Draft:
    """Read a PPTX. Raises EncryptedDocument, DamagedDocument and TooLarge."""
    from pptx import Presentation

    check_package(content, limits)
    presentation = Presentation(BytesIO(content))
    if len(presentation.slides) > limits.max_pages:
        raise TooLarge("This presentation has too many slides; please split it and add the parts.")
    sections: list[Section] = []
    without_text: list[int] = []
    titles: list[str] = []
    for number, slide in enumerate(presentation.slides, start=1):
        if slide._element.get("show") in {"0", "false"}:
            continue
        title = clean_line(slide.shapes.title.text) if slide.shapes.title is not None else ""
        titles += [title] if title else []
        found = _sections(slide, title, number, int(presentation.slide_height or 0))
        sections += found
        if not found:
            without_text.append(number)
    properties = presentation.core_properties
    return Draft(
        sections=tuple(sections),
        stated=Stated(title=_opening(presentation.slides) or plausible_title(properties.title)),
        first_heading=next(iter(titles), None),
        pages=len(presentation.slides),
        empty_pages=tuple(without_text),
    )


def _opening(slides: Sequence[Any]) -> str | None:
    """Return the title of a title slide that opens the presentation."""
    from pptx.enum.shapes import PP_PLACEHOLDER

    title = slides[0].shapes.title if len(slides) else None
    opens = title is not None and title.placeholder_format.type == PP_PLACEHOLDER.CENTER_TITLE
    return clean_line(title.text) or None if title is not None and opens else None


def _sections(slide: Any, title: str, number: int, height: int) -> list[Section]:
    outline = Outline()
    outline.begin_page(number)
    outline.add_heading(1, title)
    own_title = slide.shapes.title
    for shape in _in_reading_order(slide.shapes, height):
        if own_title is None or shape.shape_id != own_title.shape_id:
            _add_shape(shape, slide.part, outline)
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and notes.text.strip():
        outline.add_heading(2, NOTES)
        outline.add_block("\n\n".join(clean_line(paragraph.text) for paragraph in notes.paragraphs))
    return [replace(section, unit=Unit.SLIDE) for section in outline.sections()]


def _in_reading_order(shapes: Any, height: int) -> Iterator[Any]:
    """Yield shapes from top to bottom, those side by side from the left; what a group holds stays together."""
    from pptx.enum.shapes import MSO_SHAPE_TYPE

    ordered = sorted(shapes, key=lambda shape: shape.top or 0)
    lines = [[shape] for shape in ordered[:1]]
    for above, shape in pairwise(ordered):
        if (shape.top or 0) - (above.top or 0) > height * _SIDE_BY_SIDE:
            lines.append([])
        lines[-1].append(shape)
    for line in lines:
        for shape in sorted(line, key=lambda shape: shape.left or 0):
            if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
                yield from _in_reading_order(shape.shapes, height)
            else:
                yield shape


def _add_shape(shape: Any, part: Any, outline: Outline) -> None:
    if _is_frame(shape):
        return
    if getattr(shape, "has_table", False) and shape.has_table:
        outline.add_table(_table(shape.table))
    elif shape.has_text_frame:
        _add_text(shape, outline)
    else:
        for relations in shape._element.iter(f"{_DIAGRAM}relIds"):
            diagram = parse_xml(part.related_part(relations.get(f"{_R}dm")).blob)
            outline.add_block("\n".join(f"- {text}" for text in _texts(diagram.iter(f"{_DIAGRAM}t"))))


def _is_frame(shape: Any) -> bool:
    """Whether a shape is what every slide repeats: its date, footer or number."""
    from pptx.enum.shapes import PP_PLACEHOLDER

    frame = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER}
    return shape.is_placeholder and shape.placeholder_format.type in frame


def _add_text(shape: Any, outline: Outline) -> None:
    """Add the paragraphs of a shape, those with bullets or numbers as lists."""
    from pptx.enum.shapes import PP_PLACEHOLDER

    bodies = {PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY, PP_PLACEHOLDER.VERTICAL_OBJECT}
    bulleted = shape.is_placeholder and shape.placeholder_format.type in bodies
    items: list[str] = []
    numbers: Counter[int] = Counter()
    for paragraph in shape.text_frame.paragraphs:
        line, level = clean_line(paragraph.text), paragraph.level
        marker = _marker(paragraph, bulleted=bulleted) if line else ""
        numbers = Counter({each: reached for each, reached in numbers.items() if each < level + (marker == "1.")})
        if marker == "1.":
            numbers[level] += 1
            marker = f"{numbers[level]}."
        if marker:
            items.append(f"{'  ' * level}{marker} {line}")
        elif line:
            outline.add_block("\n".join(items))
            outline.add_block(line)
            items = []
    outline.add_block("\n".join(items))


def _marker(paragraph: Any, *, bulleted: bool) -> str:
    """Return "-" or "1." where a paragraph has a bullet or number; those of body text have bullets by themselves."""
    properties = paragraph._p.find(f"{_A}pPr")
    own = {child.tag.removeprefix(_A) for child in properties} if properties is not None else set()
    if "buAutoNum" in own:
        return "1."
    return "-" if own & {"buChar", "buBlip"} or (bulleted and "buNone" not in own) else ""


def _table(table: Any) -> list[list[str]]:
    """Return a table's texts; a cell merged with the one above repeats it, one over many columns leaves blanks."""
    rows: list[list[str]] = []
    for row in table.rows:
        cells = [
            rows[-1][column] if cell._tc.vMerge and rows else ("" if cell._tc.hMerge else clean_line(cell.text))
            for column, cell in enumerate(row.cells)
        ]
        rows.append(cells)
    return rows


def _texts(elements: Iterator[Any]) -> Iterator[str]:
    """Yield the texts of a diagram that hold anything."""
    for element in elements:
        text = clean_line("".join(run.text or "" for run in element.iter(f"{_A}t")))
        if text:
            yield text
