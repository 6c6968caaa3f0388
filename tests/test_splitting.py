"""Passages fit the window, keep sentences whole, and stay put when a document changes elsewhere."""

import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.domain import Card, Document, Passage, Section
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.sentences import split_sentences
from knowledge.splitting import CONTEXT_TOKENS, context_of, embedded_text, split_document
from tests.making import WordHashEmbedding

WORDS = (
    "the city mayor council office agreement partner trade visit summit delegation foreign policy budget staff climate "
    "housing migration port airport letter signed review law state federal contact"
).split()
count_words = WordHashEmbedding().count_tokens


def a_document(*sections: Section, title: str = "A guide") -> Document:
    return Document(card=Card(title=title), sections=sections)


def one_section(paragraphs: Sequence[str]) -> Document:
    return a_document(Section(text="\n\n".join(paragraphs), heading=("Steps",)))


def a_sentence(chance: random.Random) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(4, 28))).capitalize() + "."


def a_paragraph(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.15:
        return "\n".join(f"- {a_sentence(chance)}" for _ in range(chance.randint(2, 7)))
    if kind < 0.2:
        return "These are the steps:"
    return " ".join(a_sentence(chance) for _ in range(chance.randint(1, 6)))


def split(document: Document, window: int = 256) -> tuple[Passage, ...]:
    return split_document(document, "guide", count_words, window)


def changed(paragraphs: list[str], place: int, newcomer: str) -> int:
    """How many passages would be embedded anew after a paragraph was put in."""
    before = {passage.id for passage in split(one_section(paragraphs))}
    after = split(one_section([*paragraphs[:place], newcomer, *paragraphs[place:]]))
    return sum(passage.id not in before for passage in after)


def test_passages_fit_the_window_of_the_real_model(model: SentenceTransformerEmbedding) -> None:
    chance = random.Random(1)
    rows = "\n".join(f"{a_sentence(chance)} | {number} | {a_sentence(chance)}" for number in range(60))
    document = a_document(
        Section(text="\n\n".join(a_paragraph(chance) for _ in range(120)), heading=("Part", "Chapter")),
        Section(text=f"What | Number | Why\n{rows}", is_table=True),
        Section(text="x" * 9_000),
        Section(text="Requests of FY26 and FY27 exceed those of FY25. " * 60),
        Section(text=" ".join(chance.choice(WORDS) for _ in range(2_000))),
        Section(text="😀🏛️ 条約と都市外交 مدينة " * 300),
        title="Über Städtepartnerschaften – a guide",
    )
    passages = split_document(document, "guide", model.count_tokens, model.window)
    sizes = model.count_tokens([embedded_text(document.card.title, p.heading, p.text) for p in passages])
    assert max(sizes) <= model.window
    assert max(len(passage.text) for passage in passages) < 5_000
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))


def test_prose_is_its_section_own_characters_and_nothing_is_lost() -> None:
    chance = random.Random(2)
    document = one_section([a_paragraph(chance) for _ in range(80)])
    text = document.sections[0].text
    passages = split(document)
    assert all(passage.text == text[passage.start : passage.end] for passage in passages)
    assert "".join("".join(passage.text for passage in passages).split()) == "".join(text.split())


def test_no_sentence_is_cut_unless_it_alone_is_too_long() -> None:
    chance = random.Random(3)
    long_sentence = " ".join(chance.choice(WORDS) for _ in range(900)).capitalize() + "."
    paragraphs = [a_paragraph(chance) for _ in range(60)]
    document = one_section([*paragraphs[:30], long_sentence, *paragraphs[30:]])
    text = document.sections[0].text
    starts = {passage.start for passage in split(document)}
    for start, end in split_sentences(text):
        inside = {cut for cut in starts if start < cut < end}
        assert bool(inside) == (text[start:end] == long_sentence)
        assert all(text[cut - 1].isspace() for cut in inside)


def test_a_section_that_fits_is_one_passage_with_all_its_small_paragraphs() -> None:
    passages = split(one_section(["Ask the mayor.", "Ask counsel.", "Sign.", "File the letter."]))
    assert [passage.text for passage in passages] == ["Ask the mayor.\n\nAsk counsel.\n\nSign.\n\nFile the letter."]


def test_headings_pages_and_tables_are_never_crossed() -> None:
    document = a_document(
        Section(text="One.", page=1, heading=("A",)),
        Section(text="Two.", page=2, heading=("A",)),
        Section(text="City | Cost\nPhoenix | $185,270.50", page=2, heading=("A",), is_table=True),
        Section(text="Three.", page=2, heading=("B",)),
        Section(text="  \n "),
    )
    passages = split(document)
    assert [(passage.page, passage.heading, passage.section) for passage in passages] == [
        (1, ("A",), 0),
        (2, ("A",), 1),
        (2, ("A",), 2),
        (2, ("B",), 3),
    ]


def test_each_passage_of_a_table_begins_with_its_header_row() -> None:
    rows = [f"City number {number} | {number} partners and a few more words in this row" for number in range(80)]
    document = a_document(Section(text="\n".join(["City | Partners", *rows]), is_table=True))
    passages = split(document)
    text = document.sections[0].text
    assert len(passages) > 3
    assert all(passage.text.startswith("City | Partners\n") for passage in passages)
    assert [row for passage in passages for row in passage.text.split("\n")[1:]] == rows
    assert all(passage.text.endswith(text[passage.start : passage.end]) for passage in passages)


def test_a_header_too_large_to_repeat_is_read_once() -> None:
    header = " | ".join(f"a long name of column {number}" for number in range(60))
    document = a_document(Section(text="\n".join([header, *["one | two | three | four"] * 90]), is_table=True))
    passages = split(document)
    assert max(count_words([embedded_text("A guide", (), passage.text) for passage in passages])) <= 256
    assert "a long name of column 59" in " ".join(passage.text for passage in passages)


def test_a_line_that_ends_in_a_colon_keeps_what_it_introduces() -> None:
    chance = random.Random(4)
    items = "\n".join(f"- {a_sentence(chance)}" for _ in range(30))
    document = one_section([*[a_paragraph(chance) for _ in range(8)], f"Do these things in this order:\n\n{items}"])
    (holding,) = [passage for passage in split(document) if "in this order:" in passage.text]
    assert holding.text.partition("in this order:")[2].strip().startswith("- ")


def test_a_section_of_300_paragraphs_takes_a_newcomer_anywhere_at_three_passages_or_fewer() -> None:
    chance = random.Random(5)
    paragraphs = [a_paragraph(chance) for _ in range(300)]
    counts = [changed(paragraphs, place, a_paragraph(chance)) for place in range(0, 301, 12)]
    assert max(counts) <= 3
    assert len(split(one_section(paragraphs))) > 100


def test_a_newcomer_costs_three_passages_or_fewer_in_99_of_100_random_documents() -> None:
    """No scheme that fills passages well keeps to three always: measured, about 1 in 1,000 takes four."""
    chance = random.Random(6)
    counts = []
    for _ in range(400):
        paragraphs = [a_paragraph(chance) for _ in range(chance.randint(2, 40))]
        counts.append(changed(paragraphs, chance.randint(0, len(paragraphs)), a_paragraph(chance)))
    assert sum(count <= 3 for count in counts) >= 0.99 * len(counts)
    assert max(counts) <= 4


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    paragraphs=st.lists(
        st.lists(st.lists(st.sampled_from(WORDS), min_size=4, max_size=25), min_size=1, max_size=5),
        min_size=1,
        max_size=30,
    ),
    newcomer=st.lists(st.lists(st.sampled_from(WORDS), min_size=4, max_size=25), min_size=1, max_size=5),
    share=st.floats(min_value=0, max_value=1),
)
def test_a_paragraph_put_in_leaves_the_passages_farther_off_alone(
    paragraphs: list[list[list[str]]], newcomer: list[list[str]], share: float
) -> None:
    texts = [written(paragraph) for paragraph in paragraphs]
    assert changed(texts, round(share * len(texts)), written(newcomer)) <= 4


def written(paragraph: list[list[str]]) -> str:
    return " ".join(" ".join(words).capitalize() + "." for words in paragraph)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=600), st.text(max_size=200), st.lists(st.text(max_size=120), max_size=5), st.booleans())
def test_any_text_at_all_fits_and_keeps_its_characters(
    text: str, title: str, heading: list[str], is_table: bool
) -> None:
    document = a_document(Section(text=text, heading=tuple(heading), is_table=is_table), title=title)
    passages = split(document, 128)
    assert max(count_words([embedded_text(title, heading, p.text) for p in passages]), default=0) <= 128
    kept = "".join(text[passage.start : passage.end] for passage in passages)
    assert "".join(kept.split()) == "".join(text.split())


def test_a_passage_keeps_its_id_when_it_moves_and_equal_passages_have_ids_of_their_own() -> None:
    twice = [Section(text="The same words.", page=page, heading=("A",)) for page in (1, 2)]
    moved = split(a_document(Section(text="Something new.", page=1), *twice))
    first, second = split(a_document(*twice))
    assert first.id != second.id
    assert [passage.id for passage in moved[1:]] == [first.id, second.id]


def test_another_document_title_or_heading_makes_another_passage() -> None:
    ids = {
        split(a_document(Section(text="Same.", heading=("A",))))[0].id,
        split(a_document(Section(text="Same.", heading=("B",))))[0].id,
        split(a_document(Section(text="Same.", heading=("A",)), title="Another"))[0].id,
        split_document(a_document(Section(text="Same.", heading=("A",))), "other", count_words, 256)[0].id,
    }
    assert len(ids) == 4


def test_what_is_embedded_is_title_headings_and_text() -> None:
    assert embedded_text("Guide", ("Steps", "First"), "Ask.") == "Guide > Steps > First\nAsk."


@pytest.mark.parametrize(
    "heading", [("Outer " * 60, "Inner"), tuple(f"Level {n} of many" for n in range(60)), ("y" * 999,)]
)
def test_a_huge_heading_path_leaves_room_for_the_text(
    model: SentenceTransformerEmbedding, heading: tuple[str, ...]
) -> None:
    context = context_of("A guide", heading)
    assert context.startswith("A guide")
    assert model.count_tokens([context])[0] <= CONTEXT_TOKENS + 2


def test_splitting_takes_a_small_part_of_the_time_embedding_takes(
    model: SentenceTransformerEmbedding,
) -> None:
    chance = random.Random(7)
    pages = [one_section([a_paragraph(chance) for _ in range(20)]) for _ in range(25)]
    start = time.process_time()
    passages = [p for n, page in enumerate(pages) for p in split_document(page, str(n), model.count_tokens, 256)]
    splitting = time.process_time() - start
    start = time.process_time()
    model.encode([passage.text for passage in passages[:32]])
    embedding = (time.process_time() - start) / 32 * len(passages)
    assert splitting < embedding / 5
