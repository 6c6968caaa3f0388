"""Somebody who sees an answer while a language model writes it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from knowledge.domain import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Onlooker:
    """`show` is given the answer as far as it is sure, each time with a sentence more; whoever sets `enough` stops it.

    Nothing is shown before the sentences answer the question, so none is taken back because they do not. They are taken
    back when the model breaks off: what it had not said yet may be the "but".
    """

    show: Callable[[Answer], None]
    enough: threading.Event
