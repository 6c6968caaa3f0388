"""Whether a question is out of scope: about nothing that the library is about. A guess by distance, never by words.

What an office will not answer (personal data, predictions, advice on a case) is no matter of distance: such a question
is near the library's subject and looks like one for guidance that is missing. It stays a gap like any other.
"""

from knowledge.domain import Question
from knowledge.embedding import BUNDLED_MODEL
from knowledge.language import ENGLISH, language_of

# Cosine of the bundled model below which nothing comes near. Chosen on one half of tests/gaps/scope.yaml so that hardly
# any question for guidance lies below; tests/gaps/test_scope.py holds the other half and more such needs against it.
FLOOR = 0.18
# Of the starter library's documents, random fifteen put 3.5% of the questions for guidance below the floor, five 9%: a
# small library does not show yet what it is about.
FEWEST_DOCUMENTS = 15


def is_out_of_scope(question: Question, *, nearest: float, documents: int, searched: str, model: str) -> bool:
    """Whether a question without an answer is: by the cosine of the `nearest` passage of that many `documents`.

    Never a follow-up, which means little by itself; nor one that was `searched` in other words than its asker's, whose
    distance those have; nor by another `model` than the bundled one, whose cosines lie elsewhere; nor in a language
    that the bundled one does not read.
    """
    if model != BUNDLED_MODEL or searched != question.text:
        return False
    if nearest >= FLOOR or documents < FEWEST_DOCUMENTS or question.thread:
        return False
    return language_of(question.text) == ENGLISH
