"""Language models for tests: one that says what a test tells it, and a real server that fails as it is told."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolCallChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field

from knowledge.answerability import load_answerability
from knowledge.answering.writing.chat_model import ChatModel
from knowledge.answering.writing.prompts import Prompts, read_prompts
from knowledge.answering.writing.writing import Writing
from knowledge.dates import Clock, here
from knowledge.embedding import Embedding
from knowledge.keywords import TantivyKeywords
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger import open_ledger
from knowledge.ledger.writing import Limits
from tests.making import Library, the_reader

Say = Callable[[str, dict[str, Any]], "AIMessage | str"]


class Scripted(BaseChatModel):
    """A chat model that answers with what `say` makes of its rules and its material; `asked` keeps both.

    Streamed, the text comes in the pieces that `cut` makes of it, which may wait, or fail, between two.
    """

    say: Any = None
    cut: Any = None
    asked: list[tuple[str, str]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        rules, material = (str(message.content) for message in messages)
        self.asked.append((rules, material))
        said = self.say(rules, json.loads(material))
        message = said if isinstance(said, AIMessage) else AIMessage(content=said)
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        said = self._generate(messages).generations[0].message
        assert isinstance(said, AIMessage)
        calls = [
            ToolCallChunk(name=c["name"], args=json.dumps(c["args"]), id=c["id"], index=0) for c in said.tool_calls
        ]
        for piece in (self.cut or seven_at_a_time)(str(said.text)):
            yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=calls))


def sentences_of(text: str) -> list[str]:
    """The JSON of a reply, cut behind each of its sentences."""
    return re.split(r"(?<=\}\]\})(?!$)", text)


def seven_at_a_time(text: str) -> Iterator[str]:
    """Pieces that end anywhere, as a model's tokens do."""
    return (text[at : at + 7] for at in range(0, len(text), 7))


class Paced:
    """Lets a streamed reply through sentence by sentence, each when the test says `go`."""

    def __init__(self) -> None:
        self._more = threading.Semaphore(0)

    def go(self, sentences: int = 1) -> None:
        """Let so many sentences more through; the end of the reply is one, too."""
        self._more.release(sentences)

    def cut(self, text: str) -> Iterator[str]:
        for piece in sentences_of(text):
            self._more.acquire(timeout=60)
            yield from seven_at_a_time(piece)


def reply(*sentences: tuple[str, str, str]) -> str:
    """The JSON of a well-behaved model: (sentence, passage, quote) each."""
    return json.dumps(
        {
            "sentences": [
                {"text": text, "support": [{"passage": passage, "quote": quote}]} for text, passage, quote in sentences
            ]
        }
    )


def quoting(_: str, material: dict[str, Any]) -> str:
    """A model that copies the sentence of the passages with most of the question's words."""
    wanted = set(material["question"].lower().split())
    label, sentence = max(
        (
            (passage["id"], f"{piece}.")
            for passage in material["passages"]
            for line in passage["text"].splitlines()
            for piece in line.rstrip(".").split(". ")
            if len(piece.split()) > 3
        ),
        key=lambda pair: len(wanted & set(pair[1].lower().rstrip(".").split())),
    )
    return reply((sentence, label, sentence))


def open_with_model(
    folder: Path,
    embedding: Embedding,
    model: BaseChatModel | ChatModel,
    *,
    limits: Limits | None = None,
    prompts: Prompts | None = None,
    now: Clock = here,
) -> KnowledgeBase:
    """A knowledge base whose answers a model writes."""
    folder.mkdir(parents=True, exist_ok=True)
    ledger, keywords = open_ledger(folder / "ledger.sqlite3", now), TantivyKeywords(folder / "tantivy")
    writing = Writing(
        model=model if isinstance(model, ChatModel) else ChatModel(model, "scripted:model", timeout=20, retries=0),
        prompts=prompts or read_prompts(),
        record=ledger.writing,
        limits=limits or Limits(),
        terms=keywords.terms,
    )
    return Library(
        folder / "chroma",
        ledger=ledger,
        embedding=embedding,
        keywords=keywords,
        reader=the_reader(),
        answerability=load_answerability(),
        release="test",
        writing=writing,
    )


class ChatServer:
    """An OpenAI-compatible server that does what `behave` says: a status, a body, or something worse."""

    def __init__(self) -> None:
        self.behave: Callable[[BaseHTTPRequestHandler], None] = answering("{}")
        self.requests: list[str] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                server.requests.append(self.path)
                server.behave(self)

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def start(self) -> None:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@contextmanager
def chat_server() -> Iterator[ChatServer]:
    """Serve on a free port of 127.0.0.1."""
    server = ChatServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


def answering(content: str | None, **message: Any) -> Callable[[BaseHTTPRequestHandler], None]:
    """A completion with this content."""
    return with_body(
        json.dumps(
            {
                "id": "c1",
                "object": "chat.completion",
                "created": 1,
                "model": "m",
                "choices": [
                    {
                        "index": 0,
                        "finish_reason": "stop",
                        "message": {"role": "assistant", "content": content, **message},
                    }
                ],
                "usage": {"prompt_tokens": 321, "completion_tokens": 45, "total_tokens": 366},
            }
        )
    )


def with_body(body: str, status: int = 200) -> Callable[[BaseHTTPRequestHandler], None]:
    """A response as given."""

    def behave(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body.encode())))
        request.end_headers()
        request.wfile.write(body.encode())

    return behave


def streaming(*pieces: str, calls: bool = False, length: int | None = None) -> Callable[[BaseHTTPRequestHandler], None]:
    """A completion as a stream of these pieces, or of a tool call; of a `length` it does not keep it is cut."""
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in pieces)]
    if calls:
        call = {"index": 0, "id": "t", "type": "function", "function": {"name": "post", "arguments": "{}"}}
        deltas.append({"tool_calls": [call]})

    def behave(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        if length is not None:
            request.send_header("Content-Length", str(length))
        request.end_headers()
        chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        for delta in deltas:
            choice = {"index": 0, "delta": delta, "finish_reason": None}
            request.wfile.write(f"data: {json.dumps(chunk | {'choices': [choice]})}\n\n".encode())
        if length is None:
            last = {"index": 0, "delta": {}, "finish_reason": "stop"}
            request.wfile.write(f"data: {json.dumps(chunk | {'choices': [last]})}\n\ndata: [DONE]\n\n".encode())
        request.close_connection = True

    return behave


def cutting(request: BaseHTTPRequestHandler) -> None:
    """Promise a body, send its beginning and hang up."""
    request.send_response(200)
    request.send_header("Content-Type", "application/json")
    request.send_header("Content-Length", "4000")
    request.end_headers()
    request.wfile.write(b'{"id": "c1", "choices": [')
    request.close_connection = True


def never_answering(release: threading.Event) -> Callable[[BaseHTTPRequestHandler], None]:
    """Take the request and say nothing until the test is over."""

    def behave(_: BaseHTTPRequestHandler) -> None:
        release.wait(30)

    return behave
