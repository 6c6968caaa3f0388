"""What follows every change of the library, in a thread of its own: gaps are asked again, old answers looked over.

Nobody who asks or publishes waits for it. What was due when this process ended is due at the next start, for the ledger
knows of which library each question was asked last.
"""

import logging
import threading

from knowledge.errors import AttacheError
from knowledge.gaps.retesting import Retesting
from knowledge.ledger.recalls import Recalls

log = logging.getLogger(__name__)

# The library is looked at this often, in seconds, even when nobody says that it changed: what waited to be published
# is served from its moment on without an act of anybody.
PATIENCE = 60.0
# Seconds that stopping waits for the question at hand.
GRACE = 10.0


class FollowingUp:
    """The thread; it runs between `start` and `stop`."""

    def __init__(self, retesting: Retesting, recalls: Recalls, *, recall_days: int) -> None:
        """Answers of the last `recall_days` are looked over."""
        self._retesting = retesting
        self._recalls = recalls
        self._recall_days = recall_days
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="following-up", daemon=True)

    def start(self) -> None:
        """Take up what is due and go on with every change."""
        self._changed.set()
        self._thread.start()

    def wake(self) -> None:
        """Say that the library changed."""
        self._changed.set()

    def stop(self) -> None:
        """Finish the question at hand; the rest stays due."""
        self._stopping.set()
        self._changed.set()
        if self._thread.is_alive():
            self._thread.join(GRACE)

    def _work(self) -> None:
        while True:
            self._changed.wait(PATIENCE)
            self._changed.clear()
            if self._stopping.is_set():
                return
            try:
                self._follow_up()
            except AttacheError as err:
                log.warning("gaps were not asked again, reference %s", err.reference, exc_info=err)
            except Exception:
                log.exception("gaps were not asked again")

    def _follow_up(self) -> None:
        self._recalls.find(self._recall_days)
        if self._retesting.is_due():
            self._retesting.run(is_over=self._stopping.is_set)
