"""The ping oracle: whom a post would notify, which links lie about their host, what nobody can see."""

from collections.abc import Iterator
from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk import WebClient

from tests.workspace import Workspace
from tests.workspace.carriers import Carrier, markdown_carrier, read_carriers, top_level_text
from tests.workspace.links import find_invisible, find_links
from tests.workspace.pings import find_pings

HANDLES = {"maya": "U1", "library-admins": "S1"}


def pinged(*places: Any) -> list[tuple[str, str]]:
    return [(ping.kind, ping.target) for ping in find_pings(places, HANDLES)]


def in_blocks(*blocks: dict[str, Any]) -> list[Any]:
    return list(read_carriers(list(blocks), "/blocks"))


def section(words: str, **rest: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words, **rest}}


def rich(*leaves: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(leaves)}]}


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace() as running:
        yield running


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("<@U1> and <@U2|omar>", [("user", "U1"), ("user", "U2")]),
        ("<!here> <!channel|all> <!everyone>", [("broadcast", r) for r in ("here", "channel", "everyone")]),
        ("<!subteam^S1|@admins>", [("usergroup", "S1")]),
        ("&lt;!here&gt; &lt;@U1&gt;", []),
        ("<#C1|general> <!date^1^{date}|today> <https://a.b|@here>", []),
        ("@here @maya", []),
    ],
)
def test_tokens_in_text_ping_unless_escaped(words: str, expected: list[tuple[str, str]]) -> None:
    assert pinged(top_level_text(words)) == expected
    assert pinged(*in_blocks(section(words, verbatim=True))) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ask @here, please", [("broadcast", "here")]),
        ("(@channel)", [("broadcast", "channel")]),
        ("@everyone.", [("broadcast", "everyone")]),
        ("@maya and @library-admins", [("user", "U1"), ("usergroup", "S1")]),
        ("mail me@here.com or @nobody", []),
    ],
)
def test_plain_names_ping_when_mrkdwn_is_not_verbatim(words: str, expected: list[tuple[str, str]]) -> None:
    assert pinged(*in_blocks(section(words))) == expected
    assert pinged(*in_blocks(section(words, verbatim=False))) == expected
    assert pinged(top_level_text(words, link_names=True)) == expected
    assert pinged(top_level_text(words, parse="full")) == expected
    assert pinged(*in_blocks(section(words, verbatim=True))) == []
    assert pinged(markdown_carrier(words, "")) == []


def test_markdown_blocks_read_tokens_too() -> None:
    assert pinged(*in_blocks({"type": "markdown", "text": "hi <!here> <@U1>"})) == [
        ("user", "U1"),
        ("broadcast", "here"),
    ]
    assert pinged(*in_blocks({"type": "markdown", "text": "hi &lt;!here&gt;"})) == []


@given(st.text(alphabet="<>@!#|^&;hereUS1 \n`*_", max_size=40))
def test_rich_text_and_plain_text_never_ping(words: str) -> None:
    header = {"type": "header", "text": {"type": "plain_text", "text": words}}

    assert pinged(*in_blocks(rich({"type": "text", "text": words}), header)) == []


@given(st.text(max_size=60))
def test_escaped_text_never_pings(words: str) -> None:
    assert pinged(top_level_text(escape(words, quote=False))) == []


@given(st.sampled_from(["<!here>", "<@U1>", "<!subteam^S1>"]), st.text(max_size=20), st.text(max_size=20))
def test_a_token_is_found_whatever_stands_around_it(token: str, before: str, after: str) -> None:
    assert pinged(top_level_text(before + token + after))


def test_rich_text_elements_ping_on_purpose() -> None:
    elements = (
        {"type": "user", "user_id": "U1"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "broadcast", "range": "channel"},
        {"type": "channel", "channel_id": "C1"},
    )
    assert pinged(*in_blocks(rich(*elements))) == [("user", "U1"), ("usergroup", "S1"), ("broadcast", "channel")]


def test_the_workspace_says_who_was_notified_where(workspace: Workspace) -> None:
    client = WebClient(workspace.bot_token, base_url=workspace.api_url)
    client.chat_postMessage(channel="C1", text="<!here> <!subteam^S1> <@U2>")
    client.chat_postEphemeral(channel="C1", user="U1", text="<!channel>")

    assert [(ping.target, ping.notified) for ping in workspace.pings] == [
        ("U2", ("U2",)),
        ("S1", ("UADMIN",)),
        ("here", ("U1", "U2", "UADMIN")),
        ("channel", ("U1",)),
    ]
    assert {ping.channel for ping in workspace.pings} == {"C1"}


def test_an_update_without_parse_none_links_plain_names(workspace: Workspace) -> None:
    client = WebClient(workspace.bot_token, base_url=workspace.api_url)
    ts = client.chat_postMessage(channel="C1", text="@here")["ts"]
    client.chat_update(channel="C1", ts=ts, text="@here", parse="none")
    assert workspace.pings == []
    client.chat_update(channel="C1", ts=ts, text="@here")
    assert [ping.target for ping in workspace.pings] == ["here"]


@pytest.mark.parametrize(
    ("place", "url", "misleading"),
    [
        (top_level_text("<https://evil.example/x|https://intranet.city.gov>"), "https://evil.example/x", True),
        (top_level_text("<https://city.gov/x|city.gov>"), "https://city.gov/x", False),
        (top_level_text("<https://docs.city.gov/x|city.gov plan>"), "https://docs.city.gov/x", False),
        (top_level_text("<https://city.gov.evil.example|city.gov>"), "https://city.gov.evil.example", True),
        (top_level_text("<https://city.gov@evil.example|city.gov>"), "https://city.gov@evil.example", True),
        (top_level_text("<https://city.gov/plan|budget.pdf>"), "https://city.gov/plan", False),
        (top_level_text("<https://evil.example|ci\u200bty.gov>"), "https://evil.example", True),
        (top_level_text("see https://a.example/b."), "https://a.example/b", False),
        (markdown_carrier("[intranet.city.gov](https://evil.example)", ""), "https://evil.example", True),
        (markdown_carrier("[the plan](https://a.example)", ""), "https://a.example", False),
        (markdown_carrier("![city.gov](https://evil.example/a.png)", ""), "https://evil.example/a.png", True),
    ],
)
def test_links_are_found_with_the_host_they_open(place: Carrier, url: str, misleading: bool) -> None:
    (link,) = find_links([place], "here")

    assert (link.url, link.misleading) == (url, misleading)


def test_escaped_verbatim_and_unparsed_urls_are_not_live() -> None:
    quiet = [
        top_level_text("https://a.example", parse="none"),
        top_level_text("&lt;https://a.example|x&gt;", parse="none"),
        *in_blocks(section("https://a.example", verbatim=True), rich({"type": "text", "text": "https://a.example"})),
    ]
    assert list(find_links(quiet, "here")) == []


def test_link_elements_and_buttons_are_live() -> None:
    button = {"type": "button", "url": "https://evil.example", "text": {"type": "plain_text", "text": "city.gov"}}
    places = in_blocks(
        rich({"type": "link", "url": "https://city.gov/a", "text": "city.gov"}),
        {"type": "actions", "elements": [button]},
        {"type": "image", "image_url": "https://a.example/b.png", "alt_text": "map"},
    )
    links = list(find_links(places, "here"))

    assert [(link.host, link.misleading, link.is_image) for link in links] == [
        ("city.gov", False, False),
        ("evil.example", True, False),
        ("a.example", False, True),
    ]


@pytest.mark.parametrize(
    "character", ["\u202e", "\u2066", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\U000e0041"]
)
def test_bidi_controls_and_zero_width_characters_are_seen(character: str) -> None:
    places = [top_level_text(f"a{character}b"), *in_blocks(rich({"type": "text", "text": f"a{character}b"}))]

    assert [found.character for found in find_invisible(places, "here")] == [character] * 2


def test_views_statuses_and_responses_are_looked_at_too(workspace: Workspace) -> None:
    client = WebClient(workspace.bot_token, base_url=workspace.api_url)
    root = workspace.user("U1").direct_message("hi")
    home = {"type": "home", "blocks": [section("<https://evil.example|city.gov>\u202e")]}
    client.views_publish(user_id="U1", view=home)
    client.assistant_threads_setStatus(channel_id=root.channel, thread_ts=root.ts, status="read\u200bing")

    assert [link.misleading for link in workspace.links] == [True]
    assert [found.where.split()[0] for found in workspace.invisible_characters] == ["view", "status"]
    assert workspace.pings == []
