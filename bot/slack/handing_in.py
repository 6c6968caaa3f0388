"""Takes in what admins hand in: files and links in direct messages, /attache add. Remembers them and reads nothing.

What others send stays a question where it is one; else they get a friendly no.
"""

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_sdk import WebClient

from bot.faults import explain
from bot.slack.admins import NOT_YOU, Admins
from bot.slack.blocks import error_reply, note_reply
from bot.slack.commands import Command
from bot.slack.events import Payload, Remark, among_strangers, from_a_person, is_courtesy, plain_words
from bot.slack.files import safe_name
from bot.slack.intake_views import ADD, FILES, add_view
from bot.slack.replies import respond
from bot.slack.views import note_modal
from knowledge.ledger.intake import HandedIn, Intake

log = logging.getLogger(__name__)

# A message of nothing but links, with or without the word: Slack puts every address in angle brackets.
LINKS_ONLY = re.compile(r"\s*(?:add\b[\s:]*)?(?:<https?://[^<>\s]+>[\s,]*)+", re.IGNORECASE)
LINK = re.compile(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>|(?<![<\w])(https?://[^<>|\s]+)")

COMING = "I am reading it; what I find comes in our direct messages."
HOW_TO_ADD = "Please give a link behind it, /attache add https://…, or nothing, and I ask for files."
NO_FILE = "Please choose at least one file."


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What a direct message brings, and whether it also asks something."""

    things: tuple[HandedIn, ...]
    is_links: bool
    text: str
    refusal: Remark


def read_brought(body: Payload, bot_user: str) -> Brought | None:
    """Read a `message` event. None when it brings neither files nor nothing but links, or is no direct message."""
    event = body["event"]
    if event.get("channel_type") != "im" or not from_a_person(event, bot_user) or among_strangers(body):
        return None
    raw, channel, ts = event.get("text") or "", event["channel"], event["ts"]
    id_, thread_ts = f"{channel}:{ts}", event.get("thread_ts") or ts
    place = {"user": event["user"], "channel": channel, "thread_ts": thread_ts}
    things = [
        HandedIn(key=f"{id_}:{file['id']}", file_id=file["id"], name=safe_name(file.get("name") or ""), **place)
        for file in event.get("files") or ()
    ]
    if not things and LINKS_ONLY.fullmatch(raw):
        things = [HandedIn(key=f"{id_}:{n}", url=url, name=url, **place) for n, url in enumerate(links_in(raw))]
    if not things:
        return None
    refusal = Remark(id=id_, text=NOT_YOU, channel=channel, thread_ts=thread_ts)
    is_links = things[0].url is not None
    return Brought(things=tuple(things), is_links=is_links, text=plain_words(raw, bot_user), refusal=refusal)


def links_in(raw: str) -> tuple[str, ...]:
    """Return the web addresses of a text as Slack sends it, each once."""
    found = (one or other for one, other in LINK.findall(raw))
    return tuple(dict.fromkeys(url.replace("&amp;", "&") for url in found))


class HandingIn:
    """Listeners that put what admins hand in into the ledger and wake whoever reads it."""

    def __init__(self, intake: Intake, admins: Admins, wake: Callable[[], None]) -> None:
        self._intake = intake
        self._admins = admins
        self._wake = wake

    def register(self, app: App, remark: Callable[[dict[str, Any], BoltContext], None]) -> None:
        """Listen, before those who take every message for a question; `remark` says the friendly no."""
        app.event("message", middleware=[self.take])(remark)
        app.view(ADD)(self.take_chosen)

    def take(self, body: dict[str, Any], context: BoltContext, next_: Callable[[], None]) -> None:
        """Remember what a direct message brings. Not calling `next_` leaves the message to the other listeners."""
        brought = read_brought(body, context.bot_user_id or "")
        if brought is None:
            return
        if self._admins.include(brought.things[0].user):
            self._accept(brought.things)
            context["heard"] = None
            asks = not brought.is_links and "?" in brought.text
        else:
            context["heard"] = brought.refusal
            asks = not brought.is_links and not is_courtesy(brought.text)
        if not asks:
            next_()

    def add(self, body: Command, client: WebClient, rest: str) -> None:
        """Do what `/attache add` asks for: take a link, or ask for files."""
        links = links_in(rest)
        if links:
            user, key = body["user_id"], body["trigger_id"]
            self._accept([HandedIn(key=f"{key}:{n}", user=user, url=url, name=url) for n, url in enumerate(links)])
            respond(body["response_url"], note_reply(COMING))
        elif rest:
            respond(body["response_url"], note_reply(HOW_TO_ADD))
        else:
            client.views_open(trigger_id=body["trigger_id"], view=add_view())

    def take_chosen(self, body: dict[str, Any], ack: Ack) -> None:
        """Remember the files chosen in the modal, then let it close."""
        user, view = body["user"]["id"], body["view"]
        if not self._admins.include(user):
            ack(response_action="update", view=note_modal(note_reply(NOT_YOU)))
            return
        files = chosen_files(view["state"]["values"])
        if not files:
            ack(response_action="errors", errors={FILES: NO_FILE})
            return
        try:
            self._accept(
                [
                    HandedIn(
                        key=f"{view['id']}:{file['id']}",
                        user=user,
                        file_id=file["id"],
                        name=safe_name(file.get("name") or ""),
                    )
                    for file in files
                ]
            )
        except Exception as err:
            ack(response_action="update", view=note_modal(error_reply(explain(err))))
            return
        ack()

    def _accept(self, things: Sequence[HandedIn]) -> None:
        log.info("%d files or links accepted", self._intake.accept(things))
        self._wake()


def chosen_files(values: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return what was chosen in the modal's file input."""
    return values[FILES][FILES].get("files") or ()
