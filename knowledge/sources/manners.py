"""How Attaché behaves as a guest on other people's web servers: robots.txt, a slow pace, and "come back later".

Remembers for as long as the process runs; what it asks of a site goes through the fetcher that owns it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from knowledge.sources.errors import AskedToWait, RobotsRefuse

if TYPE_CHECKING:
    from httpx import URL
    from protego import Protego

# The product token of our User-Agent, which rules of robots.txt go by (RFC 9309, 2.2.1).
AGENT = "Attache"
# Seconds between two requests to one host, where it does not ask for more.
PACE = 2.0
# Waits beyond these seconds are not waited out: the source is tried again later.
MOST_WAIT = 120.0
# RFC 9309, 2.4: robots.txt should not be remembered for longer than a day.
REMEMBERED = 86_400.0
# Sites remembered; an office has a handful.
MOST_SITES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    robots: "Protego"
    until: float


class Manners:
    """Keeps the pace of each host and the rules of each site."""

    def __init__(
        self, *, ask: "Callable[[URL], str]", wait: Callable[[float], None], clock: Callable[[], float]
    ) -> None:
        """`ask` fetches a robots.txt, empty where there is none; `wait` lets seconds pass."""
        self._ask = ask
        self._wait = wait
        self._clock = clock
        self._rules: dict[str, _Rules] = {}
        self._next: dict[str, float] = {}
        self._lock = Lock()

    def await_turn(self, url: "URL") -> None:
        """Wait until a page may be asked for.

        Raises RobotsRefuse where the site does not want us, AskedToWait where our turn is too far off.
        """
        robots = self._robots(url)
        if not robots.can_fetch(str(url), AGENT):
            raise RobotsRefuse
        self._take_turn(url.host, robots.crawl_delay(AGENT) or 0)

    def come_back_later(self, host: str, seconds: float) -> None:
        """Leave a host alone for so long, as it asked with Retry-After."""
        with self._lock:
            self._next[host] = max(self._next.get(host, 0), self._clock() + seconds)

    def _robots(self, url: "URL") -> "Protego":
        from protego import Protego

        site = f"{url.scheme}://{url.netloc.decode()}"
        known = self._rules.get(site)
        if known is None or known.until < self._clock():
            self._take_turn(url.host)
            text = self._ask(url.join("/robots.txt"))
            known = _Rules(robots=Protego.parse(text), until=self._clock() + REMEMBERED)
            if len(self._rules) >= MOST_SITES:
                self._rules.clear()
            self._rules[site] = known
        return known.robots

    def _take_turn(self, host: str, delay: float = 0) -> None:
        """Wait for the next turn of a host; the one after it comes `delay` seconds later, or at our own pace."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next.get(host, now))
            if turn - now > MOST_WAIT:
                raise AskedToWait
            if len(self._next) >= MOST_SITES:
                self._next = {name: time for name, time in self._next.items() if time > now}
            self._next[host] = turn + max(delay, PACE)
        if turn > now:
            self._wait(turn - now)
