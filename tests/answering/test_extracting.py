"""The quotes that are chosen: those that hold the question's words, in reading order, in force first."""

from knowledge.answering.extracting import BUDGET, extract
from knowledge.domain import Hit
from tests.making import a_hit, a_passage, found, terms


def quotes(question: str, *hits: Hit) -> list[str]:
    return [citation.quote for citation in extract(found(question, *hits), terms).citations]


def many(count: int) -> str:
    return " ".join(f"Sentence {number} of this page speaks about nothing in particular." for number in range(count))


ENOUGH = (
    "Phoenix pays up to 185,270 dollars for trade representation in the last year of the contract, which the council "
    "of the city approved after a hearing in the spring and which ends with the year that follows it."
)


def test_the_sentence_that_answers_is_quoted_and_the_rest_is_not() -> None:
    assert quotes("What does Phoenix pay for trade?", a_hit(a_passage(f"{many(4)} {ENOUGH} {many(4)}"))) == [ENOUGH]


def test_an_answer_of_a_few_words_comes_with_the_sentences_around_it() -> None:
    answer = "Phoenix pays up to 185,270 dollars for trade representation."
    [quote] = quotes("What does Phoenix pay for trade?", a_hit(a_passage(f"{many(4)} {answer} {many(4)}")))
    assert quote == f"{many(4)[-59:]} {answer} {many(2)}"


def test_of_two_sentences_with_the_same_words_the_one_under_the_heading_asked_about_answers() -> None:
    said = "The owner of each promise writes to the mayor once a week, says what was done and what is late, names who "
    said += "has to act next, and asks for a decision where one is needed to go on with the work that was promised."
    other = said.replace("once a week", "twice a year")
    beside = a_hit(a_passage(other, number=0, heading=("Budget",)))
    under = a_hit(a_passage(said, number=1, heading=("Steps after a summit",)))
    citations = extract(found("What does the owner of a promise do after a summit?", beside, under), terms).citations
    assert [citation.quote for citation in citations if citation.key] == [said]


def test_every_citation_is_its_span_of_its_passage() -> None:
    passage = a_passage("Denver hosted the summit in April. Mayors signed a declaration at the summit in Denver.")
    for citation in extract(found("What did mayors sign in Denver?", a_hit(passage)), terms).citations:
        assert passage.text[citation.start : citation.end] == citation.quote


def test_quotes_are_numbered_in_reading_order() -> None:
    first = a_passage("Mayors first met in Denver in the spring.", number=0)
    second = a_passage("Mayors signed the declaration in Denver after that.", number=1)
    citations = extract(
        found("Where did mayors sign in Denver?", a_hit(second, score=2.0), a_hit(first)), terms
    ).citations
    assert [(citation.number, citation.passage.ordinal) for citation in citations] == [(1, 0), (2, 1)]


def test_neighbouring_sentences_are_one_quote() -> None:
    text = "Mayors signed the Denver text in April. Mayors signed the Denver annex in May of that year."
    assert quotes("What did mayors sign in Denver?", a_hit(a_passage(text))) == [text]


def test_a_document_in_force_comes_before_one_that_is_not() -> None:
    old = a_hit(a_passage("The unit answers questions from mayors.", document="old"), score=2, status="historical")
    new = a_hit(a_passage("The unit no longer answers questions from mayors.", document="new"))
    citations = extract(found("Which unit answers mayors questions?", old, new), terms).citations
    assert [citation.document.id for citation in citations] == ["new", "old"]


def test_what_was_superseded_is_not_quoted_beside_its_successor() -> None:
    old = a_hit(a_passage("We call the unit first.", document="old"), score=2, status="superseded", successor_id="new")
    new = a_hit(a_passage("There is no unit to call today.", document="new"))
    assert quotes("Which unit do we call?", new, old) == ["There is no unit to call today."]


def test_what_was_superseded_is_quoted_where_search_puts_it_before_its_successor() -> None:
    old = a_hit(a_passage("We call the unit first.", document="old"), score=2, status="superseded", successor_id="new")
    new = a_hit(a_passage("There is no unit to call today.", document="new"))
    assert "We call the unit first." in quotes("Which unit did we call in 2022?", old, new)


def test_what_was_superseded_is_quoted_when_its_successor_says_nothing() -> None:
    old = a_hit(a_passage("Call the unit about visas.", document="old"), status="superseded", successor_id="new")
    assert quotes("Which unit do we call about visas?", old) == ["Call the unit about visas."]


def test_the_words_shown_stay_in_the_budget() -> None:
    hits = [
        a_hit(
            a_passage(" ".join(f"Denver sentence {i}.{n} tells mayors about the summit." for n in range(9)), number=i)
        )
        for i in range(5)
    ]
    shown = " ".join(quotes("Tell mayors about the Denver summit", *hits)).split()
    assert 0 < len(shown) <= BUDGET


def test_the_same_sentence_is_shown_once() -> None:
    text = "Mayors signed the Denver Declaration in April 2023."
    hits = [a_hit(a_passage(text, document=name)) for name in ("one", "two")]
    assert quotes("When did mayors sign the Denver Declaration?", *hits) == [text]


def test_the_same_sentence_is_shown_once_though_its_signs_differ_and_twice_where_its_year_does() -> None:
    text = "Mayors signed the city's Denver Declaration in April 2023."
    copy = a_hit(a_passage("Mayors  signed the city’s Denver Declaration, in April 2023.", document="copy"))
    other = a_hit(a_passage(text.replace("2023", "2024"), document="other"))
    question = "When did mayors sign the Denver Declaration?"
    assert quotes(question, a_hit(a_passage(text, document="one"), score=2.0), copy) == [text]
    assert len(quotes(question, a_hit(a_passage(text, document="one"), score=2.0), other)) == 2


def test_a_question_for_steps_gets_the_whole_list() -> None:
    steps = "1. Ask the city attorney.\n2. Bring it to the council.\n3. Let the mayor sign."
    passage = a_passage(f"An agreement is a promise between cities.\n\n{steps}")
    (quote,) = quotes("What are the steps to an agreement?", a_hit(passage))
    assert quote.endswith(steps)


def test_a_sentence_that_announces_a_list_brings_the_list() -> None:
    text = (
        "Our list of warning signs has three points.\n\n- Gifts by night.\n- Talks off the calendar.\n- No interpreter."
    )
    assert quotes("Which warning signs should staff know?", a_hit(a_passage(text)))[0].startswith("Our list")
    assert "Talks off the calendar" in " ".join(
        quotes("How many points has the warning signs list?", a_hit(a_passage(text)))
    )


def test_the_sentence_that_answers_best_is_the_key_of_one_citation() -> None:
    answer = "Phoenix pays up to 185,270 dollars for trade representation."
    text = f"Trade representation is bought by the year. {answer} Other cities pay less for trade."
    citations = extract(
        found("What does Phoenix pay for trade representation?", a_hit(a_passage(text))), terms
    ).citations
    assert [citation.parts[1] for citation in citations if citation.key] == [answer]
    for citation in citations:
        assert "".join(citation.parts) == citation.quote


def test_a_passage_of_crumbs_gives_no_quote() -> None:
    assert quotes("What is on the menu?", a_hit(a_passage("Home\n\nMenu\n\nContact"))) == []
