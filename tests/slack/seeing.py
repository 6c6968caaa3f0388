"""What a message or view of ours would do in Slack, by the fake Slack's own rules."""

from typing import Any

from bot.slack.blocks import Reply
from tests.workspace.carriers import read_carriers, top_level_text
from tests.workspace.limits import check_message, check_text, check_view
from tests.workspace.links import Link, find_invisible, find_links
from tests.workspace.pings import find_pings
from tests.workspace.records import visible_strings

HANDLES = {"maya": "U1", "library-admins": "S1"}


def words_of(reply: Reply) -> str:
    """Everything on the screen."""
    return "\n".join(visible_strings(list(reply.blocks)))


def check(reply: Reply) -> None:
    """Slack takes the message, and it pings nobody and hides nothing."""
    check_message(list(reply.blocks))
    check_text(reply.text, longest=4_000, blocks=[])
    places = [top_level_text(reply.text, parse="none"), *read_carriers(list(reply.blocks), "")]
    assert list(find_pings(places, HANDLES)) == []
    assert list(find_invisible(places, "")) == []


def links_of(reply: Reply) -> list[Link]:
    """What can be followed in a message."""
    places = [top_level_text(reply.text, parse="none"), *read_carriers(list(reply.blocks), "")]
    return list(find_links(places, ""))


def check_seen(view: dict[str, Any], surface: Any = "modal") -> list[Link]:
    """Slack takes the view and it hides nothing; returns its links."""
    check_view(view, surface)
    places = list(read_carriers(view, ""))
    assert list(find_pings(places, HANDLES)) == []
    assert list(find_invisible(places, "")) == []
    return list(find_links(places, ""))
