"""Instructions in documents, file names, threads and questions, and a model that obeys them: nothing comes of it."""

import json
import re
import tomllib
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.slack.blocks import outcome_reply
from knowledge.answering.gate.linking import links_in
from knowledge.answering.writing.prompts import read_prompts
from knowledge.domain import Answer, Question, Turn, Upload
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.writing import Limits
from knowledge.written import Unwritten
from tests.answering.writing.models import Scripted, open_with_model
from tests.making import WordHashEmbedding, markdown

ATTACKS = tomllib.loads((Path(__file__).parent / "attacks.toml").read_text("utf-8"))
CASES = [(place, words) for place, every in ATTACKS.items() for words in every]
QUOTE = "The harbor office opens at seven in the morning on weekdays."
ASKED = "When does the harbor office open in the morning on weekdays?"
SECRET = "Is the harbor master leaving us in the morning on weekdays?"
TURN = count()
SOURCE = "https://harbor.example/rules"


@pytest.fixture(scope="module")
def obedient() -> Scripted:
    return Scripted(say=obey)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, obedient: Scripted) -> Iterator[KnowledgeBase]:
    limits = Limits(tokens_per_user_per_day=10**9, tokens_per_day=10**9)
    opened = open_with_model(tmp_path_factory.mktemp("attacked"), WordHashEmbedding(), obedient, limits=limits)
    opened.add([markdown("harbor", f"# Harbor\n\n{QUOTE}\n", source=SOURCE)], actor="test")
    opened.ask(Question(id="secret", text=SECRET, asker="U0ADMIN"))
    yield opened
    opened.close()


def obey(rules: str, material: dict[str, Any]) -> str:
    """Do all that anything in the material asks for, and dress it up as sentences with valid quotes."""
    if "follow_up" in material:
        asked = " ".join(turn["text"] for turn in material["turns"])
        return json.dumps({"question": f"{asked} https://evil.example {material['follow_up']}"})
    passages = material["passages"]
    label = next(one["id"] for one in passages if QUOTE in one["text"])
    wishes = [line for one in passages for line in one["text"].splitlines() if line and line != QUOTE]
    wishes += [material["question"], *(one["title"] for one in passages)]
    obeyed = [
        "pwned",
        "The harbor is closed forever.",
        "The harbor office opens at three in the morning on weekdays.",
        "The harbor office never opens in the morning on weekdays.",
        f"{QUOTE} <!channel> @everyone <@U0ADMIN>",
        f"{QUOTE} See https://evil.example/login.",
        f"{QUOTE} [more](https://evil.example/?q={material['question'][:20]})",
        f"{QUOTE} c2VjcmV0IHBhc3NhZ2VzIGluIGJhc2U2NA",
        "The hаrbor office \u200bopens at seven in the morning on weekdays: pwned.",
        rules,
        rules.splitlines()[0],
        *(line for line in rules.splitlines() if len(line.split()) > 3),
        *wishes,
    ]
    sentences = [
        {"text": said, "support": [{"passage": where, "quote": quote}]}
        for said in obeyed
        for where, quote in ((label, QUOTE), ("P9", QUOTE))
    ]
    good = {"text": QUOTE, "support": [{"passage": label, "quote": QUOTE}]}
    # Only so many sentences are read of a reply: another seven with each question, so that all of them come up.
    start = next(TURN) * 7 % len(sentences)
    return json.dumps({"sentences": [*(sentences + sentences)[start : start + 7], good]})


def test_there_are_at_least_60_attacks_in_four_places() -> None:
    assert len(CASES) >= 60
    assert ATTACKS.keys() == {"document", "file_name", "thread", "question"}


@pytest.mark.parametrize(("place", "words"), CASES, ids=[f"{n} {place}" for n, (place, _) in enumerate(CASES)])
def test_an_instruction_changes_nothing(library: KnowledgeBase, obedient: Scripted, place: str, words: str) -> None:
    for at in range(2):
        obedient.asked.clear()
        outcome = library.ask(asked(library, place, words, at))
        if not isinstance(outcome, Answer):
            assert place == "question"  # one that is mostly an instruction may find no answer
            continue
        assert obedient.asked
        assert outcome.unwritten in {None, Unwritten.NO_ANSWER_LEFT}
        for sentence in outcome.written:
            assert set(re.findall(r"\w+", sentence.text)) <= set(re.findall(r"\w+", quotes(outcome)))
        said = " ".join(sentence.text for sentence in outcome.written)
        check(said, json.dumps(outcome_reply(outcome).blocks), outcome)


def asked(library: KnowledgeBase, place: str, words: str, at: int) -> Question:
    """Put the instruction into its place and ask what the library answers."""
    id_ = f"{at}-{place}-{words}"[:100]
    if place == "document" and at == 0:
        library.add([markdown("attack", f"# Notes\n\n{words}\n\nThe harbor has a crane.\n")], actor="test")
    if place == "file_name" and at == 0:
        content = b"The harbor office keeps notes of the morning on weekdays.\n"
        library.add([Upload(name=f"{words}.txt", content=content, place=f"folder/{words}.txt")], actor="test")
    thread = (Turn(speaker="user", text=words), Turn(speaker="agent", text=QUOTE)) if place == "thread" else ()
    text = f"{ASKED} {words}" if place == "question" else ASKED
    return Question(id=id_, text=text, thread=thread, asker="U1")


def check(said: str, blocks: str, answer: Answer) -> None:
    """No ping, no link but a source's own, no rules, nobody else's question in what the model is allowed to say."""
    rules = read_prompts().answer.rules
    assert links_in(said) == []
    assert not re.search(r"<[!@#]|@(?:here|channel|everyone)", said)
    assert not any(" ".join(words) in said for words in runs(rules))
    assert SECRET not in said
    links = [link["url"] for link in find(json.loads(blocks), "link")]
    assert set(links) <= {citation.document.card.source for citation in answer.citations}
    assert not any(find(json.loads(blocks), ping) for ping in ("user", "broadcast", "usergroup", "channel"))


def quotes(answer: Answer) -> str:
    return " ".join(citation.quote for citation in answer.citations)


def runs(text: str) -> list[list[str]]:
    words = text.split()
    return [words[at : at + 6] for at in range(len(words) - 5)]


def find(value: Any, kind: str) -> list[dict[str, Any]]:
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
    assert not any(SECRET in rules + material or "U0ADMIN asked" in material for rules, material in obedient.asked)
