"""Downloads from Slack: only what is ours, only from Slack, never under a name that somebody chose to do harm."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.slack.files import SlackFiles, safe_name
from knowledge.errors import FileElsewhere, FileWithheld, TooLarge
from tests.workspace import Workspace
from tests.workspace.manifest import ALL_SCOPES, full_manifest

PDF = b"%PDF-1.7 not much of one"
PAGE = b"<!DOCTYPE html><title>A page of ours</title>"


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace() as running:
        yield running


@pytest.fixture
def files(workspace: Workspace) -> SlackFiles:
    return files_of(workspace)


def files_of(workspace: Workspace, max_bytes: int = 1_000) -> SlackFiles:
    return SlackFiles(WebClient(workspace.bot_token, base_url=workspace.api_url), max_bytes=max_bytes)


class Eavesdropper(ThreadingHTTPServer):
    """Somebody else's server, which notes what it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Noting)
        self.heard: list[str | None] = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/plan.pdf"


class _Noting(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Eavesdropper)
        self.server.heard.append(self.headers.get("Authorization"))
        self.send_response(200)
        self.send_header("Content-Length", str(len(PDF)))
        self.end_headers()
        self.wfile.write(PDF)

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def eavesdropper() -> Iterator[Eavesdropper]:
    server = Eavesdropper()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("name", "mimetype", "content"), [("plan.pdf", "application/pdf", PDF), ("a b?.html", "text/html", PAGE)]
)
def test_a_file_of_our_messages_comes_as_it_is(
    workspace: Workspace, files: SlackFiles, name: str, mimetype: str, content: bytes
) -> None:
    shared = workspace.user("U1").uploads(None, name, content, mimetype=mimetype).files[0]
    found = files.look_up(shared.id)
    assert (found.name, found.size) == (name, len(content))
    assert files.download(found) == content


def test_a_file_that_is_gone_or_kept_elsewhere_says_what_to_do(workspace: Workspace, files: SlackFiles) -> None:
    maya = workspace.user("U1")
    gone = maya.uploads(None, "plan.pdf", PDF).files[0]
    maya.deletes_file(gone)
    with pytest.raises(FileWithheld):
        files.look_up(gone.id)
    with pytest.raises(FileElsewhere):
        files.look_up(maya.uploads(None, "Minutes", b"", is_external=True).files[0].id)


def test_a_file_that_is_too_large_is_not_downloaded(workspace: Workspace) -> None:
    shared = workspace.user("U1").uploads(None, "plan.pdf", PDF).files[0]
    with pytest.raises(TooLarge):
        files_of(workspace, max_bytes=len(PDF) - 1).look_up(shared.id)


def test_a_file_that_is_larger_than_slack_says_is_dropped_half_way(workspace: Workspace, files: SlackFiles) -> None:
    shared = workspace.user("U1").uploads(None, "plan.pdf", PDF).files[0]
    found = files.look_up(shared.id)
    shared.content = b"x" * 5_000
    with pytest.raises(TooLarge):
        files.download(found)


def test_the_page_to_sign_in_on_is_no_document() -> None:
    with Workspace() as workspace:
        shared = workspace.user("U1").uploads(None, "plan.pdf", PDF).files[0]
        found = files_of(workspace).look_up(shared.id)
        workspace.manifest.scopes -= {"files:read"}
        with pytest.raises(FileWithheld):
            files_of(workspace).download(found)


def test_without_the_scope_nothing_is_had() -> None:
    scopes = set(ALL_SCOPES) - {"files:read"}
    with Workspace(manifest=full_manifest(scopes=scopes)) as workspace:
        shared = workspace.user("U1").uploads(None, "plan.pdf", PDF).files[0]
        with pytest.raises(FileWithheld):
            files_of(workspace).look_up(shared.id)


def test_the_token_goes_to_slack_only(workspace: Workspace, files: SlackFiles, eavesdropper: Eavesdropper) -> None:
    maya = workspace.user("U1")
    elsewhere, led_away = (maya.uploads(None, "plan.pdf", PDF).files[0] for _ in range(2))
    elsewhere.address, led_away.redirects_to = eavesdropper.url, eavesdropper.url
    for file in (elsewhere, led_away):
        with pytest.raises(FileWithheld):
            files.download(files.look_up(file.id))
    assert eavesdropper.heard == []


@pytest.mark.parametrize(
    "address",
    [
        "http://files.slack.com/plan.pdf",
        "https://files.slack.com.evil.example/plan.pdf",
        "https://evilslack.com/plan.pdf",
        "https://files.slack.com@evil.example/plan.pdf",
        "https://evil.example/.slack.com",
        "https://evil.example#.slack.com",
        "https://evil.example\\.slack.com/plan.pdf",
        "file:///etc/passwd",
        "",
    ],
)
def test_an_address_that_only_looks_like_slacks_is_not_asked(
    workspace: Workspace, files: SlackFiles, address: str
) -> None:
    shared = workspace.user("U1").uploads(None, "plan.pdf", PDF).files[0]
    shared.address = address or " "
    with pytest.raises(FileWithheld):
        files.download(files.look_up(shared.id))


@pytest.mark.parametrize(
    ("raw", "ending", "name"),
    [
        ("plan.pdf", "pdf", "plan.pdf"),
        ("../../etc/passwd", "", "passwd"),
        ("..\\..\\boot.ini", "", "boot.ini"),
        ("a\x00b\u202efdp.\npdf", "", "abfdp. pdf"),
        ("Untitled", "md", "Untitled.md"),
        ("..", "pdf", "file.pdf"),
        ("", "", "file"),
        (f"{'long ' * 100}.docx", "docx", f"{('long ' * 100)[:115].rstrip()}.docx"),
    ],
)
def test_names_are_made_safe(raw: str, ending: str, name: str) -> None:
    assert safe_name(raw, ending=ending) == name
