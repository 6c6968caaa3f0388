"""Text on its way to Slack."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.slack.safe_text import clean, escape, one_line, plain, source_link, weigh, words
from tests.slack.material import hostile_text
from tests.workspace.carriers import Carrier
from tests.workspace.links import find_invisible


@given(hostile_text)
@example("\U000e0000")
def test_nothing_unseen_survives_cleaning(text: str) -> None:
    assert list(find_invisible([Carrier(text=clean(text), pointer="")], "")) == []
    clean(text).encode("utf-8")


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="ᅟᅠㅤﾠ⠀")))
def test_what_people_can_read_is_left_alone(text: str) -> None:
    assert clean(text) == text


def test_line_breaks_and_tabs_stay_and_every_sort_of_line_end_becomes_one() -> None:
    assert clean("a\tb\r\nc\rd\u2028e") == "a\tb\nc\nd\ne"


@given(hostile_text)
def test_escaped_text_holds_no_slack_token(text: str) -> None:
    assert not set("<>") & set(escape(text))


def test_escaping_keeps_what_was_written() -> None:
    assert escape("a < b & <!here>") == "a &lt; b &amp; &lt;!here&gt;"


def test_a_name_of_many_lines_becomes_one_short_line() -> None:
    assert one_line("Two\n lines\u200b", 100) == "Two lines"
    assert one_line("x" * 30, 10) == "xxxxxxxxx…"


def test_plain_text_never_turns_into_emoji() -> None:
    assert plain(":tada:", 75) == {"type": "plain_text", "text": ":tada:", "emoji": False}


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "ftp://example.org/a",
        "mailto:a@example.org",
        "example.org/paper",
        "https://",
        "https://exa mple.org",
        "https://example.org/\u202ea",
        "https://example.org|evil",
        "https://intranet.example@evil.example/",
        "https://@evil.example/",
        "https://evil.example\\@www.state.gov/visas",
        "http://[broken",
        f"https://example.org/{'a' * 3000}",
    ],
)
def test_only_plain_web_addresses_become_links(url: str | None) -> None:
    assert source_link(url) is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.state.gov/page?a=1&b=2", "www.state.gov"),
        ("http://аpple.com", "xn--pple-43d.com"),
    ],
)
def test_a_link_shows_the_host_it_opens(url: str, host: str) -> None:
    assert source_link(url) == {"type": "link", "url": url, "text": host}


def test_the_weight_of_blocks_is_their_text() -> None:
    assert weigh([{"type": "rich_text", "elements": [{"type": "section", "elements": [words("four")]}]}]) == 4
