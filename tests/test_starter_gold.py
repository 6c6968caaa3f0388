"""The starter library with the bundled models: its gold questions go as benchmarks/quality.md says."""

import re
from pathlib import Path

from bot.files import starter_uploads
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.evaluating.gold import run_gold, starter_gold
from knowledge.evaluating.trial import open_trial

QUALITY = Path(__file__).parents[1] / "benchmarks" / "quality.md"
STATED = re.compile(
    r"(\d+) of (\d+) gold questions are answered from the document and with the words expected, "
    r"(\d+) of (\d+) are refused that should be"
)
# Arithmetic differs between processors: a question at the threshold falls to either side.
MARGIN = 3


def test_the_gold_questions_are_answered_and_refused_as_stated(model: SentenceTransformerEmbedding) -> None:
    stated = STATED.search(" ".join(QUALITY.read_text("utf-8").split()))
    assert stated
    answered, answerable, refused, unanswerable = map(int, stated.groups())
    with open_trial(model) as trial:
        trial.knowledge_base.add(starter_uploads(), actor="test")
        result = run_gold(trial.knowledge_base, starter_gold())
    assert (result.answerable, result.unanswerable) == (answerable, unanswerable)
    assert abs(result.answered - answered) <= MARGIN
    assert abs(result.refused - refused) <= MARGIN
