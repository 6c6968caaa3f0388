"""A power switch: the process is gone from the n-th step on, where a step is a commit of the ledger or an embedding."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, event

from knowledge.embedding import Vectors
from knowledge.ledger import Ledger
from tests.making import WordHashEmbedding


class PowerCut(Exception):
    """Stands for the process dying where it is raised; once the power is off, it stays off."""


class Embedding(WordHashEmbedding):
    """Runs on the same power as the ledger; questions do without."""

    steps: int | None = None

    def step(self) -> None:
        if self.steps is not None:
            if self.steps == 0:
                raise PowerCut
            self.steps -= 1

    def encode(self, texts: Sequence[str]) -> Vectors:
        if any("\n" in text for text in texts):
            self.step()
        return super().encode(texts)

    @contextmanager
    def cut_after(self, steps: int, ledger: Ledger) -> Iterator[None]:
        """Cut the power after so many steps, as long as the block runs."""

        def commit(_: Connection) -> None:
            self.step()

        event.listen(ledger.engine, "commit", commit)
        self.steps = steps
        try:
            yield
        finally:
            self.steps = None
            event.remove(ledger.engine, "commit", commit)
