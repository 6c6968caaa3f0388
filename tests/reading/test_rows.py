"""Spreadsheets and CSV files: a row with its header is a passage, whatever else stands on the sheet."""

import datetime as dt
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font

from knowledge.domain import Document, Unit
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.errors import DamagedDocument, EmptyDocument, EncryptedDocument, TooLarge
from knowledge.reading.number_formats import shown
from knowledge.splitting import embedded_text, split_document
from tests.making import WordHashEmbedding
from tests.reading.making_docx import with_part
from tests.reading.uploading import read, text_of

CITIES = [["City", "Country", "Since"], ["Chengdu", "China", 1987], ["Hermosillo", "Mexico", 1976]]


def make_xlsx(*rows: list[Any], more: Callable[[Any], None] = lambda _: None) -> bytes:
    """Return a workbook with these rows on its first sheet, "Cities"; `more` changes it."""
    workbook = Workbook()
    workbook.active.title = "Cities"
    for row in rows:
        workbook.active.append(row)
    more(workbook)
    file = BytesIO()
    workbook.save(file)
    return file.getvalue()


def rows_of(document: Document) -> list[tuple[int | None, tuple[str, ...], str]]:
    return [(section.page, section.heading, section.text) for section in document.sections]


def test_each_row_is_read_with_its_header_under_the_name_of_its_sheet() -> None:
    document = read("x.xlsx", make_xlsx(*CITIES))
    assert rows_of(document) == [
        (2, ("Cities",), "City | Country | Since\nChengdu | China | 1987"),
        (3, ("Cities",), "City | Country | Since\nHermosillo | Mexico | 1976"),
    ]
    assert {(section.unit, section.is_table) for section in document.sections} == {(Unit.ROW, True)}
    passages = split_document(document, "cities", WordHashEmbedding().count_tokens, 256)
    assert [passage.where for passage in passages] == ["row 2", "row 3"]
    assert [passage.text for passage in passages] == [section.text for section in document.sections]


def test_a_row_put_in_changes_no_other_passage() -> None:
    people = [["Name", "Phone"], *([f"Person {number}", f"602 555 {number:04}"] for number in range(300))]
    before, after = (
        {passage.id for passage in split_document(read("x.xlsx", content), "x", WordHashEmbedding().count_tokens, 256)}
        for content in (make_xlsx(*people), make_xlsx(*people[:150], ["Newcomer", "602 555 9999"], *people[150:]))
    )
    assert len(before) == 300
    assert len(after - before) == 1
    assert before <= after


def test_blank_rows_and_columns_and_title_lines_are_no_rows_of_the_table() -> None:
    document = read(
        "x.xlsx",
        make_xlsx(
            ["Sister cities of Phoenix"],
            ["Kept by the protocol office."],
            [],
            [None, "City", None, "Since"],
            [None, "Chengdu", None, 1987],
            [],
            [None, "Hermosillo", None, 1976],
        ),
    )
    assert rows_of(document) == [
        (1, ("Cities",), "- Sister cities of Phoenix\n- Kept by the protocol office."),
        (5, ("Cities",), "City | Since\nChengdu | 1987"),
        (7, ("Cities",), "City | Since\nHermosillo | 1976"),
    ]


def test_a_title_line_right_above_a_header_is_the_heading_of_its_rows() -> None:
    rows = [["Sister cities of Phoenix"], ["As of May 2026."], *CITIES[:2]]
    assert rows_of(read("x.xlsx", make_xlsx(*rows))) == [
        (2, ("Cities", "Sister cities of Phoenix"), "As of May 2026."),
        (4, ("Cities", "Sister cities of Phoenix"), "City | Country | Since\nChengdu | China | 1987"),
    ]


def test_several_tables_on_a_sheet_keep_their_own_headers() -> None:
    rows = [
        *CITIES[:2],
        [],
        ["Contacts"],
        ["Name", "Phone"],
        ["Maria", "602 555 0100"],
        [],
        ["City", "Year"],
        ["Ulm", 9],
    ]

    def bold(workbook: Any) -> None:
        for row in (1, 5, 8):
            for cell in workbook.active[row]:
                cell.font = Font(bold=True)

    assert [text for *_, text in rows_of(read("x.xlsx", make_xlsx(*rows, more=bold)))] == [
        "City | Country | Since\nChengdu | China | 1987",
        "Name | Phone\nMaria | 602 555 0100",
        "City | Year\nUlm | 9",
    ]


def test_names_under_a_column_of_numbers_are_a_new_header() -> None:
    rows = [["City", "Since"], ["Chengdu", 1987], [], ["Name", "Role"], ["Maria", "Protocol"]]
    assert rows_of(read("x.xlsx", make_xlsx(*rows)))[1][2] == "Name | Role\nMaria | Protocol"


@pytest.mark.parametrize("cell", ["12%", "30 days", "(1,200)", "$35"])
def test_numbers_with_signs_and_units_are_numbers(cell: str) -> None:
    content = f"City,Share\nDenver,{cell.replace(',', '')}\n\nState,Rate\nColorado,{cell.replace(',', '')}\n"
    assert [text.split("\n")[0] for *_, text in rows_of(read("x.csv", content))] == ["City | Share", "State | Rate"]


def test_facts_above_a_table_are_no_header() -> None:
    apart = "Event fees\nEffective,2026-01-01\n\nPermit,Fee\nBlock party,$35\n"
    above = "Prepared by:,Maria Lopez\nPermit,Fee,Days\nParade,$120,14\n"
    assert rows_of(read("x.csv", apart))[-1][2] == "Permit | Fee\nBlock party | $35"
    assert "Effective | 2026-01-01" in text_of(read("x.csv", apart))
    assert rows_of(read("x.csv", above))[-1][2] == "Permit | Fee | Days\nParade | $120 | 14"


def test_a_column_alone_is_a_list() -> None:
    (section,) = read("x.xlsx", make_xlsx(["Flags"], ["Gifts"], ["Seating"])).sections
    assert (section.text, section.is_table, section.page) == ("- Flags\n- Gifts\n- Seating", False, 1)


def test_a_cell_merged_over_rows_is_repeated_and_one_over_columns_is_not() -> None:
    def merge(workbook: Any) -> None:
        workbook.active.merge_cells("A2:A3")
        workbook.active.merge_cells("B1:C1")

    content = make_xlsx(["Region", "City", None], ["West", "Phoenix", 1], [None, "Reno", 2], more=merge)
    assert [text for *_, text in rows_of(read("x.xlsx", content))] == [
        "Region | City | \nWest | Phoenix | 1",
        "Region | City | \nWest | Reno | 2",
    ]


def test_values_are_written_as_the_program_shows_them() -> None:
    def dress(workbook: Any) -> None:
        for column, number_format in zip("BCDE", ('"$"#,##0.00', "0%", "d mmm yyyy", "d/m/yy h:mm"), strict=True):
            workbook.active[f"{column}2"].number_format = number_format

    days = (dt.datetime(2026, 11, 3), dt.datetime(2026, 11, 3, 14, 30))  # noqa: DTZ001
    content = make_xlsx(
        ["City", "Cost", "Share", "Day", "Time", "Open"], ["Ulm", 185270.5, 0.12, *days, True], more=dress
    )
    (section,) = read("x.xlsx", content).sections
    assert section.text.split("\n")[1] == "Ulm | $185,270.50 | 12% | 2026-11-03 | 2026-11-03 14:30 | TRUE"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (0.1 + 0.2, "General", "0.3"),
        (1234567, "#,##0", "1,234,567"),
        (-5, "#,##0_);[Red]\\(#,##0\\)", "(5)"),
        (-5, '"$"#,##0.00', "-$5.00"),
        (-0.001, "0.0", "0.0"),
        (85, "00000", "00085"),
        (12.0, "0.##", "12"),
        (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
        (0, '_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_)', "$-"),
        (7, ";;;", ""),
        (5, '0 "days; nights"', "5 days; nights"),
        (1_500_000, '0.0,,"M"', "1500000"),
        (6025550100, "[<=9999999]###-####;(###) ###-####", "6025550100"),
        (3.25, "# ?/?", "3.25"),
        (12345.678, "0.00E+00", "12345.678"),
        (dt.timedelta(hours=37, minutes=30), "[h]:mm", "37:30"),
        (dt.time(9, 5), "h:mm", "09:05"),
    ],
)
def test_a_number_format_is_followed_or_left_alone(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text


def test_formulas_are_neither_evaluated_nor_read() -> None:
    content = make_xlsx(["City", "Cost"], ["Ulm", "=1+1"], ["Reno", '=HYPERLINK("http://example.org","here")'])
    document = read("x.xlsx", content)
    assert [text for *_, text in rows_of(document)] == ["City | Cost\nUlm | ", "City | Cost\nReno | "]
    with zipfile.ZipFile(BytesIO(content)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    calculated = sheet.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(
        b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>"
    )
    assert calculated != sheet
    assert "Ulm | 2" in text_of(read("x.xlsx", with_part(content, "xl/worksheets/sheet1.xml", calculated)))


def test_hidden_sheets_and_columns_are_not_read_and_filtered_rows_are() -> None:
    def hide(workbook: Any) -> None:
        workbook.active.column_dimensions["C"].hidden = True
        workbook.active.row_dimensions[3].hidden = True
        for state in ("hidden", "veryHidden"):
            sheet = workbook.create_sheet(state)
            sheet.append(["Secret", "Number"])
            sheet.append(["Salary", 1])
            sheet.sheet_state = state

    document = read("x.xlsx", make_xlsx(*CITIES, more=hide))
    assert [text for *_, text in rows_of(document)] == [
        "City | Country\nChengdu | China",
        "City | Country\nHermosillo | Mexico",
    ]


def test_a_long_row_is_written_with_the_name_beside_each_value_and_fits(model: SentenceTransformerEmbedding) -> None:
    names = [f"Column about matter {number}" for number in range(120)]
    row = ["Chengdu", *(f"What is known of matter {number}" for number in range(1, 120))]
    document = read("x.xlsx", make_xlsx(names, row, ["Ulm", "little"]))
    assert document.sections[0].text.startswith("- Column about matter 0: Chengdu\n- Column about matter 1: What")
    assert document.sections[1].text == "- Column about matter 0: Ulm\n- Column about matter 1: little"
    passages = split_document(document, "x", model.count_tokens, model.window)
    assert (
        max(model.count_tokens([embedded_text(document.card.title, p.heading, p.text) for p in passages]))
        <= model.window
    )
    wide = [passage for passage in passages if passage.section == 0]
    assert len(wide) > 2
    assert all(passage.text.startswith("- Column about matter 0: Chengdu\n") for passage in wide)


def test_too_many_rows_or_columns_say_what_to_do() -> None:
    many = "City,Since\n" + "Ulm,1999\n" * 100_000
    with pytest.raises(TooLarge, match="more than 20,000 rows; please keep those that people ask about"):
        read("x.csv", many)
    with pytest.raises(TooLarge, match="more than 20,000 rows"):
        read("x.xlsx", make_xlsx(*([number, "Ulm"] for number in range(20_001))))
    with pytest.raises(TooLarge, match="more than 300 columns"):
        read("x.xlsx", make_xlsx([*range(301)]))


def test_a_header_that_grows_with_every_row_is_refused_early() -> None:
    with pytest.raises(TooLarge):
        read("x.csv", ",".join(["x" * 30_000] * 200) + "\n" + "1,2\n" * 15_000)


def test_rows_that_hold_nothing_do_not_count() -> None:
    assert len(read("x.csv", "City,Since\n" + ",\n" * 30_000 + "Ulm,1999\n").sections) == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_files_are_read_whatever_parts_their_cells(delimiter: str) -> None:
    lines = [["City", "Cost, in euros", "Note"], ["Ulm", "1,5; 2", 'the "old" one'], ["Reno", "", "two\nlines"]]
    text = "".join(
        delimiter.join(f'"{cell.replace(chr(34), 2 * chr(34))}"' for cell in line) + "\r\n" for line in lines
    )
    assert rows_of(read("x.csv", text)) == [
        (2, (), 'City | Cost, in euros | Note\nUlm | 1,5; 2 | the "old" one'),
        (3, (), "City | Cost, in euros | Note\nReno |  | two lines"),
    ]


def test_csv_keeps_its_numbers_and_follows_what_its_first_line_says_of_the_delimiter() -> None:
    text = 'sep=;\nCity;Code;Sum\nUlm;="007";=SUM(A1:A9)\nReno;0010;== see above\n'
    assert [text for *_, text in rows_of(read("x.csv", text.encode("cp1252")))] == [
        "City | Code | Sum\nUlm | 007 | ",
        "City | Code | Sum\nReno | 0010 | == see above",
    ]


def test_csv_in_other_encodings_is_read() -> None:
    text = "Ciudad;País\nLeón;México\n" * 3
    for encoding in ("cp1252", "utf-16", "utf-8-sig"):
        assert "Ciudad | País\nLeón | México" in text_of(read("x.csv", text.encode(encoding)))


def test_a_workbook_of_nothing_is_empty() -> None:
    with pytest.raises(EmptyDocument):
        read("x.xlsx", make_xlsx())


def test_workbooks_made_to_do_harm_are_refused() -> None:
    with pytest.raises(TooLarge):
        read("bomb.xlsx", with_part(make_xlsx(*CITIES), "xl/media/image.bin", b"\0" * (60 * 2**20)))
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cell = '<c r="A1" t="inlineStr"><is><t>{}</t></is></c>'
    entities = f'<!DOCTYPE w [<!ENTITY a "ha">]><worksheet xmlns="{space}"><sheetData/></worksheet>'
    far = f'<worksheet xmlns="{space}"><sheetData><row r="99999999999">{cell.format("x")}</row></sheetData></worksheet>'
    for sheet in (entities, far, "<broken"):
        with pytest.raises(DamagedDocument):
            read("x.xlsx", with_part(make_xlsx(*CITIES), "xl/worksheets/sheet1.xml", sheet.encode()))


def test_a_locked_workbook_asks_for_a_copy_without_password() -> None:
    container = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    with pytest.raises(EncryptedDocument, match="without"):
        read("locked.xlsx", container)
