"""Hears a model's reply while it arrives, and says each time how much of it is sure."""

from collections.abc import Callable, Sequence

from knowledge.answering.gate.gate import Draft, Gated, Kept
from knowledge.answering.writing.drafts import Arriving


class Listening:
    """Lets each sentence through the gate as soon as it is complete.

    `show` is called with all that was kept, once that answers the question, and again with each sentence more.
    """

    def __init__(
        self,
        *,
        check: Callable[[Sequence[Draft]], Gated],
        answers: Callable[[Sequence[Kept]], bool],
        show: Callable[[Sequence[Kept]], None],
    ) -> None:
        self._check = check
        self._answers = answers
        self._show = show
        self._arriving = Arriving()
        self._shown = 0
        self.drafts: tuple[Draft, ...] = ()

    @property
    def has_shown(self) -> bool:
        """Whether anything was shown."""
        return self._shown > 0

    def hear(self, piece: str) -> None:
        """Take the next piece of the reply."""
        drafts = self._arriving.read(piece)
        if len(drafts) == len(self.drafts):
            return
        self.drafts = drafts
        kept = self._check(drafts).kept
        if len(kept) > self._shown and self._answers(kept):
            self._shown = len(kept)
            self._show(kept)
