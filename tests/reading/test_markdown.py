"""Markdown as offices and site generators write it."""

import pytest

from knowledge.domain import Kind, Status
from knowledge.errors import BadFrontMatter
from tests.reading.uploading import read

GUIDE = """---
title: Sister cities, step by step
kind: guidance
issuer: Springfield
date: 2024-05
status: superseded
superseded_by: sister-cities-2026
language: es-MX
sources:
  - see https://example.org/guide, chapter 2
---
# Sister cities, step by step

First *words* with [a link](https://example.org/x), `code`,
wrapped, and an image ![of a seal](seal.png).

## Steps

1. Ask the **mayor**.
2. Ask counsel.
   - in writing
   - in time

- one
- two

### Costs

Before.

| City | Cost |
| --- | ---: |
| Phoenix | \\$185,270.50 |
| Denver | *none* |

After.

## Code

```python
x = {{ 1 }}

y = 2
```
"""


def test_sections_hold_what_the_reader_sees() -> None:
    document = read("guide.md", GUIDE)
    assert [(section.heading, section.text, section.is_table) for section in document.sections] == [
        ((), "First words with a link, code, wrapped, and an image of a seal.", False),
        (("Steps",), "1. Ask the mayor.\n2. Ask counsel.\n  - in writing\n  - in time\n\n- one\n- two", False),
        (("Steps", "Costs"), "Before.", False),
        (("Steps", "Costs"), "City | Cost\nPhoenix | $185,270.50\nDenver | none", True),
        (("Steps", "Costs"), "After.", False),
        (("Code",), "x = {{ 1 }}\n\ny = 2", False),
    ]


def test_front_matter_makes_the_card() -> None:
    card = read("guide.md", GUIDE).card
    assert card.title == "Sister cities, step by step"
    assert (card.kind, card.issuer, card.date) == (Kind.GUIDANCE, "Springfield", "2024-05")
    assert (card.status, card.superseded_by) == (Status.SUPERSEDED, "sister-cities-2026")
    assert (card.language, card.source) == ("es", "https://example.org/guide")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("date: 2022", "2022"),
        ("date: 2022-10", "2022-10"),
        ("date: 2022-10-03", "2022-10-03"),
        ('as_of: "2026-11"', "2026-11"),
        ("date: 2022-10-03 09:30:00", "2022-10-03"),
        ("date:", None),
    ],
)
def test_dates_keep_the_precision_they_state(written: str, read_as: str | None) -> None:
    assert read("x.md", f"---\n{written}\n---\nWords.").card.date == read_as


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("kind: sonnet", "`kind`"),
        ("status: gone", "`status`"),
        ("date: next spring", "`date`"),
        ("date: 2022-13", "`date`"),
        ("date: ２０２２", "`date`"),
        ("date: ٢٠٢٢-١٠-٠٣", "`date`"),
        ("date: 2024-13-45", "does not exist; please write it as YYYY, YYYY-MM or YYYY-MM-DD."),
        ("updated: 2023-02-29 10:00:00", "A date in the front matter does not exist"),
        ("pages: !!int many", "The front matter of this file is not valid YAML"),
        ("title: [a, b]", "`title`"),
        ("title: a: b: c", "Line 2"),
        ("source: {", "valid YAML"),
    ],
)
def test_bad_front_matter_is_named_in_one_sentence(line: str, named: str) -> None:
    with pytest.raises(BadFrontMatter) as caught:
        read("x.md", f"---\n{line}\n---\nWords.")
    assert named in caught.value.advice
    assert caught.value.advice.count(". ") == 0
    assert "sonnet" not in caught.value.advice


def test_kinds_are_read_as_people_write_them() -> None:
    assert read("x.md", "---\nkind: Best practice\n---\nWords.").card.kind is Kind.BEST_PRACTICE


def test_a_successor_makes_a_document_superseded() -> None:
    assert read("x.md", "---\nsuperseded_by: y\n---\nWords.").card.status is Status.SUPERSEDED


def test_only_web_links_are_sources() -> None:
    assert read("x.md", "---\nsource: javascript:alert(1)\n---\nWords.").card.source is None
    assert read("x.md", "---\nsource: http://a.org/b\n---\nWords.").card.source == "http://a.org/b"
    two_hosts = r"https://evil.example\@www.state.gov/visas"
    assert read("x.md", f"---\nsource: {two_hosts}\n---\nWords.").card.source is None
    assert read("x.md", f"---\nsource: {two_hosts} http://a.org/b\n---\nWords.").card.source == "http://a.org/b"


def test_the_first_of_several_sources_is_not_taken_for_the_document() -> None:
    several = "sources:\n  - https://a.org/b\n  - https://a.org/c"
    assert read("x.md", f"---\n{several}\n---\nWords.").card.source is None
    assert read("x.md", f"---\nsource: http://a.org/a\n{several}\n---\nWords.").card.source == "http://a.org/a"


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    document = read("x.md", "---\nWords between rules.\n---\nMore words.")
    assert "Words between rules" in " ".join(
        [*document.sections[0].heading, document.sections[0].text, document.card.title]
    )


def test_the_first_heading_then_the_file_name_stand_in_for_a_title() -> None:
    assert read("x.md", "# Heading\n\nWords.").card.title == "Heading"
    assert read("sister-city_steps.md", "Words.").card.title == "Sister city steps"


def test_tags_of_site_generators_are_left_out() -> None:
    text = (
        "# A {#top}\n\n{% include note.html\n  text='x' %}\n\nSee {{ site.url }} here.\n{: .lead}\n\n"
        "<!-- not this -->\n\n<div class='box'>\n\nIn a box.<br>Below.\n\n</div>\n"
    )
    document = read("x.md", f"---\ntitle: T\n---\n{text}")
    assert [(section.heading, section.text) for section in document.sections] == [
        (("A",), "See here.\n\nIn a box.\nBelow.")
    ]


def test_html_tables_in_markdown_are_tables() -> None:
    table = "<table><tr><th>City</th><th>Cost</th></tr><tr><td>Reno</td><td>1</td></tr></table>"
    (section,) = read("x.md", f"{table}\n").sections
    assert (section.text, section.is_table) == ("City | Cost\nReno | 1", True)


def test_footnotes_and_definitions_are_kept_and_their_marks_are_not() -> None:
    text = "Words[^1] here.\n\nTerm\n: What it means\n\n[^1]: The note.\n"
    assert read("x.md", text).sections[0].text == "Words here.\n\nTerm\n\nWhat it means\n\nThe note."


def test_hidden_characters_are_dropped_and_spaces_made_plain() -> None:
    text = "Pay\u200b the\u00a0mayor\u202e of\u2009Spring\u00adfield.\x00\x07 Naïve cafe\u0301."
    assert read("x.md", text).sections[0].text == "Pay the mayor of Springfield. Naïve cafe\u0301."
