"""Modals and Home tabs: the view stack of each person, trigger ids, and the state of inputs.

https://docs.slack.dev/surfaces/modals: at most three views in the stack; a trigger_id lives 3 seconds and
opens one view.
"""

from __future__ import annotations

import copy
import itertools
import secrets
from dataclasses import dataclass

from tests.workspace.blocks import Fields
from tests.workspace.board import with_ids
from tests.workspace.clock import Clock
from tests.workspace.records import SlackRefusal, View
from tests.workspace.roster import APP_ID, BOT_ID, TEAM

STACK = 3
TRIGGER_SECONDS = 3.0


@dataclass(kw_only=True)
class Trigger:
    """A trigger_id given to the app with an interaction."""

    user: str
    until: float
    used: bool = False


class Windows:
    """Keeps what modals each person has open and the Home tab published for them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = itertools.count(1)
        self._triggers: dict[str, Trigger] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    def issue_trigger(self, user: str) -> str:
        trigger_id = f"{next(self._numbers)}.{secrets.token_hex(8)}"
        self._triggers[trigger_id] = Trigger(user=user, until=self._clock.now() + TRIGGER_SECONDS)
        return trigger_id

    def use_trigger(self, trigger_id: str) -> str:
        """The user this trigger belongs to; refuses unknown, late and used triggers."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise SlackRefusal("invalid_trigger_id")
        if trigger.used:
            raise SlackRefusal("exchanged_trigger_id")
        if self._clock.now() > trigger.until:
            raise SlackRefusal("expired_trigger_id")
        trigger.used = True
        return trigger.user

    def open(self, user: str, content: Fields) -> View:
        """Show a modal as the root of a new stack."""
        for view in self.stacks.get(user, []):
            view.is_open = False
        view = self._new(user, content)
        self.stacks[user] = [view]
        return view

    def push(self, user: str, content: Fields) -> View:
        stack = self.stacks.get(user, [])
        if not stack:
            raise SlackRefusal("not_found", "there is no open modal to push onto")
        if len(stack) >= STACK:
            raise SlackRefusal("push_limit_reached")
        view = self._new(user, content, root=stack[0].id, previous=stack[-1].id)
        stack.append(view)
        return view

    def publish(self, user: str, content: Fields, expected_hash: str | None) -> View:
        standing = self.homes.get(user)
        if standing is None:
            self.homes[user] = self._new(user, content)
            return self.homes[user]
        return self.update(standing, content, expected_hash)

    def update(self, view: View, content: Fields, expected_hash: str | None = None) -> View:
        """Replace a view's content; `hash` guards against overwriting a newer one."""
        if expected_hash is not None and expected_hash != view.hash:
            raise SlackRefusal("hash_conflict")
        view.content = prepared(content)
        view.hash = self._hash()
        view.errors = {}
        return view

    def find(self, view_id: str) -> View:
        """An open modal or a Home tab by id; a closed modal is not_found."""
        everything = itertools.chain(self.homes.values(), *self.stacks.values())
        for view in everything:
            if view.id == view_id and view.is_open:
                return view
        raise SlackRefusal("not_found", f"no open view {view_id}")

    def close(self, view: View) -> None:
        view.is_open = False
        self.stacks[view.user] = [other for other in self.stacks.get(view.user, []) if other is not view]

    def close_all(self, user: str) -> None:
        for view in self.stacks.get(user, []):
            view.is_open = False
        self.stacks[user] = []

    def _new(self, user: str, content: Fields, root: str | None = None, previous: str | None = None) -> View:
        view_id = f"V{next(self._numbers)}"
        return View(
            id=view_id,
            user=user,
            content=prepared(content),
            hash=self._hash(),
            root_id=root or view_id,
            previous_id=previous,
        )

    def _hash(self) -> str:
        return f"{self._clock.next_ts()}.{secrets.token_hex(4)}"


def prepared(content: Fields) -> Fields:
    content = copy.deepcopy(content)
    content["blocks"] = with_ids(content["blocks"])
    return content


def wire(view: View) -> Fields:
    """The view as Slack's JSON, with the state of its inputs."""
    empty: Fields = {"private_metadata": "", "callback_id": "", "submit": None, "close": None, "title": None}
    return {
        **empty,
        "clear_on_close": False,
        "notify_on_close": False,
        **copy.deepcopy(view.content),
        "id": view.id,
        "team_id": TEAM,
        "state": {"values": copy.deepcopy(view.answers)},
        "hash": view.hash,
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": APP_ID,
        "external_id": "",
        "app_installed_team_id": TEAM,
        "bot_id": BOT_ID,
    }
