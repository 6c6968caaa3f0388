"""Slack's limits on blocks, each at the last allowed value and one beyond."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workspace.limits import block_problems, check_message
from tests.workspace.records import SlackRefusal

Block = dict[str, Any]


def plain(length: int, words: str = "x") -> Block:
    return {"type": "plain_text", "text": words * length}


def mrkdwn(length: int) -> Block:
    return {"type": "mrkdwn", "text": "x" * length}


def section(**rest: Any) -> Block:
    return {"type": "section", **rest}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def button(**rest: Any) -> Block:
    return {"type": "button", "text": plain(3), **rest}


def options(count: int, value: int = 1) -> list[Block]:
    return [{"text": plain(1), "value": f"{number:0{value}d}"} for number in range(count)]


def rich(*leaves: Block, parent: str = "rich_text_section") -> Block:
    return {"type": "rich_text", "elements": [{"type": parent, "elements": list(leaves)}]}


def text(words: str = "x", **rest: Any) -> Block:
    return {"type": "text", "text": words, **rest}


def table(rows: int, cells: int, length: int = 1) -> Block:
    cell = {"type": "raw_text", "text": "x" * length}
    return {"type": "table", "rows": [[cell] * cells] * rows}


def image(**rest: Any) -> Block:
    return {"type": "image", "image_url": "https://a.b/c.png", "alt_text": "x", **rest}


def feedback(**rest: Any) -> Block:
    sides = {side: {"text": plain(4), "value": "v", **rest} for side in ("positive_button", "negative_button")}
    return {"type": "feedback_buttons", "action_id": "f", **sides}


def confirm(title: int, words: int, yes: int, no: int) -> Block:
    return {"title": plain(title), "text": mrkdwn(words), "confirm": plain(yes), "deny": plain(no)}


AT_THE_LIMIT: dict[str, tuple[list[Block], list[Block]]] = {
    "50 blocks": ([{"type": "divider"}] * 50, [{"type": "divider"}] * 51),
    "section text 3000": ([section(text=mrkdwn(3000))], [section(text=mrkdwn(3001))]),
    "section text not empty": ([section(text=mrkdwn(1))], [section(text=mrkdwn(0))]),
    "10 fields": ([section(fields=[mrkdwn(1)] * 10)], [section(fields=[mrkdwn(1)] * 11)]),
    "field 2000": ([section(fields=[mrkdwn(2000)])], [section(fields=[mrkdwn(2001)])]),
    "header 150": ([{"type": "header", "text": plain(150)}], [{"type": "header", "text": plain(151)}]),
    "header is plain": ([{"type": "header", "text": plain(1)}], [{"type": "header", "text": mrkdwn(1)}]),
    "context 10": (
        [{"type": "context", "elements": [mrkdwn(1)] * 10}],
        [{"type": "context", "elements": [mrkdwn(1)] * 11}],
    ),
    "25 actions": ([actions(*[button()] * 25)], [actions(*[button()] * 26)]),
    "button text 75": ([actions(button(text=plain(75)))], [actions(button(text=plain(76)))]),
    "button value 2000": ([actions(button(value="x" * 2000))], [actions(button(value="x" * 2001))]),
    "button url 3000": (
        [actions(button(url="https://" + "x" * 2992))],
        [actions(button(url="https://" + "x" * 2993))],
    ),
    "button url is http": ([actions(button(url="https://a.b"))], [actions(button(url="javascript:alert(1)"))]),
    "button style": ([actions(button(style="danger"))], [actions(button(style="loud"))]),
    "accessibility label 75": (
        [actions(button(accessibility_label="x" * 75))],
        [actions(button(accessibility_label="x" * 76))],
    ),
    "action_id 255": ([actions(button(action_id="x" * 255))], [actions(button(action_id="x" * 256))]),
    "block_id 255": ([{"type": "divider", "block_id": "x" * 255}], [{"type": "divider", "block_id": "x" * 256}]),
    "block_id once": (
        [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "b"}],
        [{"type": "divider", "block_id": "a"}] * 2,
    ),
    "action_id once in a block": (
        [actions(button(action_id="a")), actions(button(action_id="a"))],
        [actions(button(action_id="a"), button(action_id="a"))],
    ),
    "confirm 100/300/30/30": (
        [actions(button(confirm=confirm(100, 300, 30, 30)))],
        [actions(button(confirm=confirm(100, 300, 31, 30)))],
    ),
    "100 options": (
        [actions({"type": "static_select", "options": options(100)})],
        [actions({"type": "static_select", "options": options(101)})],
    ),
    "option value 150": (
        [actions({"type": "static_select", "options": options(1, 150)})],
        [actions({"type": "static_select", "options": options(1, 151)})],
    ),
    "placeholder 150": (
        [actions({"type": "static_select", "options": options(1), "placeholder": plain(150)})],
        [actions({"type": "static_select", "options": options(1), "placeholder": plain(151)})],
    ),
    "overflow 2 to 5": (
        [actions({"type": "overflow", "options": options(5)}, {"type": "overflow", "options": options(2)})],
        [actions({"type": "overflow", "options": options(6)})],
    ),
    "overflow not 1": (
        [actions({"type": "overflow", "options": options(2)})],
        [actions({"type": "overflow", "options": options(1)})],
    ),
    "image alt text 2000": ([image(alt_text="x" * 2000)], [image(alt_text="x" * 2001)]),
    "image url": ([image()], [image(image_url="data:image/png;base64,AA")]),
    "5 context actions": (
        [{"type": "context_actions", "elements": [{**feedback(), "action_id": str(n)} for n in range(5)]}],
        [{"type": "context_actions", "elements": [{**feedback(), "action_id": str(n)} for n in range(6)]}],
    ),
    "feedback value 2000": (
        [{"type": "context_actions", "elements": [feedback(value="x" * 2000)]}],
        [{"type": "context_actions", "elements": [feedback(value="x" * 2001)]}],
    ),
    "no plain button in context actions": (
        [{"type": "context_actions", "elements": [feedback()]}],
        [{"type": "context_actions", "elements": [button()]}],
    ),
    "icon is trash": (
        [{"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain(1)}]}],
        [{"type": "context_actions", "elements": [{"type": "icon_button", "icon": "star", "text": plain(1)}]}],
    ),
    "table 100 rows": ([table(100, 1)], [table(101, 1)]),
    "table 20 cells": ([table(1, 20)], [table(1, 21)]),
    "table 10000 characters": ([table(10, 10, 100)], [table(10, 10, 101)]),
    "one table": ([table(1, 1)], [table(1, 1), table(1, 1)]),
    "markdown 12000 in all": (
        [{"type": "markdown", "text": "x" * 6000}] * 2,
        [{"type": "markdown", "text": "x" * 6000}, {"type": "markdown", "text": "x" * 6001}],
    ),
    "container 10 children": (
        [{"type": "container", "title": plain(1), "child_blocks": [{"type": "divider"}] * 10}],
        [{"type": "container", "title": plain(1), "child_blocks": [{"type": "divider"}] * 11}],
    ),
    "rich text not empty": ([rich(text())], [rich(text(""))]),
    "rich text elements": ([rich(text())], [rich()]),
    "rich text style": ([rich(text(style={"bold": True}))], [rich(text(style={"huge": True}))]),
    "rich text broadcast": (
        [rich({"type": "broadcast", "range": "here"})],
        [rich({"type": "broadcast", "range": "x"})],
    ),
    "rich text link": (
        [rich({"type": "link", "url": "https://a.b", "text": "a"})],
        [rich({"type": "link", "url": "file:///etc/passwd"})],
    ),
    "preformatted holds text": (
        [rich(text(), parent="rich_text_preformatted")],
        [rich({"type": "user", "user_id": "U1"}, parent="rich_text_preformatted")],
    ),
    "lists hold sections": (
        [
            {
                "type": "rich_text",
                "elements": [{"type": "rich_text_list", "style": "bullet", "elements": rich(text())["elements"]}],
            }
        ],
        [{"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [text()]}]}],
    ),
    "sections nest in nothing": ([rich(text())], [rich({"type": "rich_text_section", "elements": [text()]})]),
    "known blocks": ([{"type": "divider"}], [{"type": "hologram"}]),
    "known properties": ([{"type": "divider"}], [{"type": "divider", "colour": "red"}]),
    "known elements": ([actions(button())], [actions({"type": "workflow_button", "text": plain(1)})]),
    "alerts stand in modals": ([section(text=plain(1))], [{"type": "alert", "text": plain(1)}]),
    "a type is text": ([{"type": "divider"}], [{"type": ["divider"]}]),
}


@pytest.mark.parametrize(("allowed", "beyond"), AT_THE_LIMIT.values(), ids=AT_THE_LIMIT)
def test_the_limit_itself_is_allowed_and_one_beyond_is_not(allowed: list[Block], beyond: list[Block]) -> None:
    assert check_message(allowed) == allowed
    with pytest.raises(SlackRefusal) as caught:
        check_message(beyond)
    assert caught.value.error == "invalid_blocks"
    assert "[json-pointer:/blocks" in caught.value.details[0]


def test_a_whole_message_has_room_for_twelve_thousand_characters() -> None:
    check_message([section(text=plain(3000))] * 4)
    with pytest.raises(SlackRefusal) as caught:
        check_message([*[section(text=plain(3000))] * 3, rich(text("x" * 3001))])
    assert caught.value.error == "msg_blocks_too_long"


@pytest.mark.parametrize("blocks", ["text", {"type": "divider"}, ["divider"]])
def test_blocks_that_are_no_list_of_objects_have_the_wrong_format(blocks: Any) -> None:
    with pytest.raises(SlackRefusal) as caught:
        check_message(blocks)
    assert caught.value.error == "invalid_blocks_format"


TYPES = st.sampled_from(
    "section actions context context_actions input rich_text table container image header markdown button overflow "
    "static_select feedback_buttons icon_button plain_text_input file_input number_input checkboxes rich_text_section "
    "rich_text_list text link user mrkdwn plain_text raw_text divider".split()
)
KEYS = st.sampled_from(
    "text elements accessory element label options option_groups rows child_blocks title value url style confirm "
    "max_length min_length max_files indent positive_button negative_button action_id block_id placeholder "
    "initial_value visible_to_user_ids fields level".split()
)


def typed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Block]:
    return st.builds(lambda kind, rest: {**rest, "type": kind}, TYPES | inner, st.dictionaries(KEYS, inner, max_size=4))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | typed(inner),
    max_leaves=12,
)


@given(st.lists(typed(JSON), max_size=3), st.sampled_from(["message", "modal", "home"]))
def test_whatever_is_sent_is_taken_or_refused_never_a_fault(blocks: list[Block], surface: Any) -> None:
    assert isinstance(block_problems(blocks, surface, "/blocks"), list)
