"""A language model behind LangChain: the only module that imports it. Asks one thing at a time, and knows how it fails.

Whatever LANGSMITH_TRACING says, nothing is traced: questions and passages go to the office's model and nowhere else.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from knowledge.errors import ChatModelUnavailable
from knowledge.written import Unwritten

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

# Takes a reply piece by piece, as it arrives.
Hear = Callable[[str], None]

# Providers whose package an extra of ours installs, and one whose package is not called like it.
EXTRAS = ("openai", "azure_openai", "anthropic", "google_genai", "ollama")
PACKAGES = {"bedrock_converse": "langchain-aws", "bedrock": "langchain-aws"}
# Another try after these may help; after a refused key or an unreadable reply it would not.
PASSING = frozenset({Unwritten.TIMEOUT, Unwritten.BUSY, Unwritten.FAILED, Unwritten.CUT})
# Seconds before the second try, doubled for each further one.
PAUSE = 0.5
# Seconds after which a wait for the model looks whether somebody has stopped it.
LOOK = 0.1
# Characters of a token, on the low side, where a provider does not count.
CHARACTERS = 3


class ModelAway(Exception):
    """The model gave nothing usable; `why` says what it did."""

    def __init__(self, why: Unwritten) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a model said, and the tokens it took; `counted` by the provider, or else estimated."""

    text: str
    tokens_in: int
    tokens_out: int
    counted: bool = True


class ChatModel:
    """A chat model with a time limit of its own, since not every provider's client keeps one."""

    def __init__(self, model: "BaseChatModel", name: str, *, timeout: float = 60, retries: int = 1) -> None:
        self._model = model
        self.name = name
        self._timeout = timeout
        self._retries = retries

    def ask(self, rules: str, material: str, hear: Hear | None = None, enough: threading.Event | None = None) -> Said:
        """Ask; tries again after troubles that pass, until something was heard. Raises ModelAway.

        With `hear` the reply is streamed to it, and once `enough` is set the rest is not waited for.
        """
        heard: list[str] = []

        def listen(piece: str) -> None:
            if piece and hear:
                heard.append(piece)
                hear(piece)

        for attempt in range(self._retries + 1):
            try:
                return self._once(rules, material, listen if hear else None, enough or threading.Event())
            except ModelAway as err:
                if err.why not in PASSING or attempt == self._retries or heard:
                    raise
                time.sleep(PAUSE * 2**attempt)
        raise AssertionError("unreachable")

    def _once(self, rules: str, material: str, hear: Hear | None, enough: threading.Event) -> Said:
        say = self._invoke if hear is None else self._stream
        message: Any = None
        for piece in _within(self._timeout, lambda: say(rules, material), enough):
            message = piece if message is None else message + piece
            if hear:
                hear(str(piece.text))
        if message is None:
            raise ModelAway(Unwritten.EMPTY)
        if getattr(message, "tool_calls", None) or getattr(message, "invalid_tool_calls", None):
            raise ModelAway(Unwritten.TOOL_CALL)
        text = str(message.text).strip()
        if not text:
            raise ModelAway(Unwritten.EMPTY)
        usage = message.usage_metadata
        if usage:
            return Said(text=text, tokens_in=usage["input_tokens"], tokens_out=usage["output_tokens"])
        return Said(text=text, tokens_in=estimate(rules) + estimate(material), tokens_out=estimate(text), counted=False)

    def _invoke(self, rules: str, material: str) -> Iterator[Any]:
        with _untraced() as as_messages:
            yield self._model.invoke(as_messages(rules, material))

    def _stream(self, rules: str, material: str) -> Iterator[Any]:
        with _untraced() as as_messages:
            yield from self._model.stream(as_messages(rules, material))


def open_chat_model(
    name: str, *, base_url: str | None, api_key: str | None, timeout: float, retries: int, most_tokens: int
) -> ChatModel:
    """Open a model by "provider:model". Raises ChatModelUnavailable, which names the package that is missing.

    Without a key the provider's own variable counts, OPENAI_API_KEY for example.
    """
    provider = name.partition(":")[0]
    try:
        from langchain.chat_models import init_chat_model
    except ImportError as err:
        raise _not_installed(provider) from err
    given: dict[str, Any] = {"max_tokens": most_tokens, "timeout": timeout, "max_retries": 0}
    if provider == "ollama":
        given = {"num_predict": most_tokens}
    if base_url:
        given["base_url"] = base_url
    if api_key:
        given["api_key"] = api_key
    try:
        model = init_chat_model(name, **given)
    except ImportError as err:
        raise _not_installed(provider) from err
    except Exception as err:
        raise ChatModelUnavailable from err
    return ChatModel(model, name, timeout=timeout, retries=retries)


def estimate(text: str) -> int:
    """Return at least about as many tokens as a text has."""
    return len(text) // CHARACTERS + 1


def _not_installed(provider: str) -> ChatModelUnavailable:
    extra = provider.replace("_", "-")
    what = f"'.[{extra}]'" if provider in EXTRAS else f"langchain {PACKAGES.get(provider, f'langchain-{extra}')}"
    return ChatModelUnavailable(
        f"The package for CHAT_MODEL's provider {provider} is missing; please run `.venv/bin/pip install {what}`."
    )


@contextmanager
def _untraced() -> Iterator[Callable[[str, str], list[Any]]]:
    """Trace nothing inside the block; gives what makes messages."""
    from langchain_core.messages import HumanMessage, SystemMessage
    from langsmith import tracing_context

    with tracing_context(enabled=False):
        yield lambda rules, material: [SystemMessage(content=rules), HumanMessage(content=material)]


def _within(seconds: float, call: Callable[[], Iterator[Any]], enough: threading.Event) -> Iterator[Any]:
    """Give the pieces of a reply as they come. Raises ModelAway when it fails, takes longer or `enough` is set.

    One that is not waited for is left to end alone, at its next piece.
    """
    arriving: SimpleQueue[tuple[Any, Exception | None]] = SimpleQueue()
    over = threading.Event()

    def run() -> None:
        try:
            for piece in call():
                arriving.put((piece, None))
                if over.is_set():
                    return
            arriving.put((None, None))
        except Exception as err:
            arriving.put((None, err))

    threading.Thread(target=run, daemon=True, name="asking-the-model").start()
    deadline = time.monotonic() + seconds
    try:
        while True:
            piece, err = _next(arriving, deadline, enough)
            if err is not None:
                why = why_away(err)
                # The class only: a provider's message may quote the question.
                log.warning("the language model is away: %s, %s", why.value, type(err).__name__)
                raise ModelAway(why) from None
            if piece is None:
                return
            yield piece
    finally:
        over.set()


def _next(
    arriving: "SimpleQueue[tuple[Any, Exception | None]]", deadline: float, enough: threading.Event
) -> tuple[Any, Exception | None]:
    while not enough.is_set():
        left = deadline - time.monotonic()
        if left <= 0:
            raise ModelAway(Unwritten.TIMEOUT)
        with suppress(Empty):
            return arriving.get(timeout=min(left, LOOK))
    raise ModelAway(Unwritten.STOPPED)


def why_away(err: Exception) -> Unwritten:
    """Sort what a provider's client raised; they share no classes, but statuses and habits of naming."""
    status = getattr(err, "status_code", None) or getattr(getattr(err, "response", None), "status_code", None)
    name = type(err).__name__.lower()
    if status == 429 or "ratelimit" in name or "throttl" in name:
        return Unwritten.BUSY
    if isinstance(status, int) and 400 <= status < 500:
        return Unwritten.REFUSED
    if isinstance(err, TimeoutError) or "timeout" in name:
        return Unwritten.TIMEOUT
    if isinstance(err, ConnectionError) or "connect" in name or "protocol" in name:
        return Unwritten.CUT
    if isinstance(err, ValueError) and "json" in name:
        return Unwritten.UNREADABLE
    return Unwritten.FAILED
