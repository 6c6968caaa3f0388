"""Instructions in documents, titles, file names, threads and questions, and a model that obeys them: nothing happens.

tests/journeys/test_attacks.py takes the same ones through Slack.
"""

import json
import re
from collections.abc import Iterator

import pytest

from bot.slack.blocks import outcome_reply
from knowledge.answering.gate.linking import links_in
from knowledge.domain import Answer, Question, Turn
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.writing import Limits
from knowledge.written import Unwritten
from tests.answering.writing.attacking import ASKED, ATTACKS, QUOTE, SOURCE, Worst, attacked, prompt_runs, runs
from tests.answering.writing.models import Scripted, open_with_model
from tests.making import WordHashEmbedding, markdown

CASES = [(place, words) for place, every in ATTACKS.items() for words in every]
SECRET = "Is the harbor master leaving us in the morning on weekdays?"


@pytest.fixture(scope="module")
def obedient() -> Scripted:
    return Scripted(say=Worst())


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, obedient: Scripted) -> Iterator[KnowledgeBase]:
    limits = Limits(tokens_per_user_per_day=10**9, tokens_per_day=10**9)
    opened = open_with_model(tmp_path_factory.mktemp("attacked"), WordHashEmbedding(), obedient, limits=limits)
    opened.add([markdown("harbor", f"# Harbor\n\n{QUOTE}\n", source=SOURCE)], actor="test")
    opened.ask(Question(id="secret", text=SECRET, asker="UADMIN"))
    yield opened
    opened.close()


def test_there_are_at_least_60_attacks_in_five_places() -> None:
    assert len(CASES) >= 60
    assert len(set(CASES)) == len(CASES)
    assert ATTACKS.keys() == {"document", "title", "file_name", "thread", "question"}


@pytest.mark.parametrize(("place", "words"), CASES, ids=[f"{n} {place}" for n, (place, _) in enumerate(CASES)])
def test_an_instruction_changes_nothing(library: KnowledgeBase, obedient: Scripted, place: str, words: str) -> None:
    if upload := attacked(place, words):
        library.add([upload], actor="test")
    for at in range(2):
        obedient.asked.clear()
        outcome = library.ask(asked(place, words, at))
        if not isinstance(outcome, Answer):
            assert place == "question"  # one that is mostly an instruction may find no answer
            continue
        assert obedient.asked
        assert outcome.unwritten in {None, Unwritten.NO_ANSWER_LEFT}
        for sentence in outcome.written:
            assert set(re.findall(r"\w+", sentence.text)) <= set(re.findall(r"\w+", quotes(outcome)))
        check(" ".join(sentence.text for sentence in outcome.written), outcome)


def asked(place: str, words: str, at: int) -> Question:
    """Ask what the library answers, with the instruction in it or in its thread where it belongs there."""
    thread = (Turn(speaker="user", text=words), Turn(speaker="agent", text=QUOTE)) if place == "thread" else ()
    text = f"{ASKED} {words}" if place == "question" else ASKED
    return Question(id=f"{at}-{place}-{words}"[:100], text=text, thread=thread, asker="U1")


def check(said: str, answer: Answer) -> None:
    """No ping, no link but a source's own, no rules, nobody else's question in what the model is allowed to say."""
    blocks = json.loads(json.dumps(outcome_reply(answer).blocks))
    foreign = [link for link in links_in(said) if link not in quotes(answer)]
    assert foreign == []
    assert not runs(said) & prompt_runs()
    assert SECRET not in said
    links = [link["url"] for link in find(blocks, "link")]
    assert set(links) <= {citation.document.card.source for citation in answer.citations}
    assert not any(find(blocks, ping) for ping in ("user", "broadcast", "usergroup", "channel"))


def quotes(answer: Answer) -> str:
    return " ".join(citation.quote for citation in answer.citations)


def find(value: object, kind: str) -> list[dict[str, str]]:
    """Every element of a kind in blocks."""
    if isinstance(value, list):
        return [one for item in value for one in find(item, kind)]
    if isinstance(value, dict):
        return ([value] if value.get("type") == kind else []) + [o for v in value.values() for o in find(v, kind)]
    return []


def test_what_a_model_is_shown_holds_no_other_questions(library: KnowledgeBase, obedient: Scripted) -> None:
    obedient.asked.clear()
    library.ask(Question(id="own", text=ASKED, asker="U1"))
    assert obedient.asked
    assert not any(SECRET in rules + material or "UADMIN asked" in material for rules, material in obedient.asked)
