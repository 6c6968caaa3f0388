"""Slack payload in, question out. Pure: posts nothing, stores nothing.

Slack sends every message of the channels the app is in; most of them are people talking to each other and stay theirs.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from knowledge.domain import Question
from knowledge.errors import BadQuestion
from knowledge.job import ReplyTo

Payload = Mapping[str, Any]

LONGEST_QUESTION = 4_000
# Everything else with a subtype is an edit, a join, a bot's message or some other notice.
PEOPLE_SAY = {None, "file_share", "thread_broadcast"}

HINT = "Ask me a question and I will look it up in the library, for example: What is the Denver Declaration?"
WELCOME = "You’re welcome. Ask me anything the library may hold."
STRANGERS = "I answer only inside your own organization, so not in channels or messages shared with another one."

TOKEN = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
MENTION_FIRST = re.compile(r"\s*<@([A-Z0-9]+)")
SHORTCODE = re.compile(r":[\w+'-]+:|@\S+")
# A message of nothing but these words, in any order and number, asks for nothing.
COURTESIES = frozenset(
    "thank thanks thankyou thx ty cheers ok okay k kk great perfect awesome excellent nice cool good super wonderful "
    "brilliant got it noted understood will do much appreciated appreciate makes sense sounds to know that thats this "
    "helps helped helpful no problem worries np yes yep yeah wow hi hello hey morning afternoon you u so very a lot "
    "ton all everyone everybody team again both folks guys for your the help info "
    # Spanish and Portuguese
    "gracias muchas mil hola buenos buenas días dias tardes noches vale perfecto genial entendido claro sí si "
    "obrigado obrigada muito olá ola oi bom boa dia tarde noite perfeito ótimo entendi certo sim valeu".split()
)
GREETINGS = frozenset("hi hello hey morning afternoon hola olá ola oi buenos buenas bom boa".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question and where its answer goes."""

    question: Question
    reply_to: ReplyTo


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A friendly sentence to say instead of an answer; `id` is the message's, so that it is said once."""

    id: str
    text: str
    channel: str
    thread_ts: str | None = None


def read_message(
    body: Payload,
    *,
    bot_user: str,
    takes_part: Callable[[str], bool],
    welcome_strangers: Callable[[], bool] = lambda: False,
) -> Asked | Remark | None:
    """Read an `app_mention` or `message` event. None when it is not for the app. Raises BadQuestion when too long.

    A mention in a channel arrives as both events; only `app_mention` counts. `takes_part` says whether a question of
    a thread was accepted before, `welcome_strangers` whether there is anything for people of another organization.
    """
    event = body["event"]
    direct = event.get("channel_type") == "im"
    raw = event.get("text") or ""
    if not from_a_person(event, bot_user):
        return None
    if event["type"] == "message" and not direct and not _follows_up(event, raw, bot_user, takes_part):
        return None
    channel, ts = event["channel"], event["ts"]
    thread_ts = event.get("thread_ts") or ts
    id_ = f"{channel}:{ts}"
    text = plain_words(raw, bot_user)
    note = STRANGERS if among_strangers(body) and not welcome_strangers() else _small_talk(text)
    if note:
        return Remark(id=id_, text=note, channel=channel, thread_ts=thread_ts)
    question = _question(id_, text, asker=event["user"], channel=channel, thread_id=f"{channel}:{thread_ts}")
    reply_to = ReplyTo(channel=channel, user=event["user"], thread_ts=thread_ts, team=_teams(body)[1])
    return Asked(question=question, reply_to=reply_to)


def read_command(body: Payload) -> Asked | Remark:
    """Read a slash command; its answer is for the asker's eyes only. Raises BadQuestion when too long."""
    channel, user = body["channel_id"], body["user_id"]
    id_ = f"ask:{body.get('trigger_id') or uuid4().hex}"
    text = plain_words(body.get("text") or "", bot_user="")
    note = _small_talk(text)
    if note:
        return Remark(id=id_, text=note, channel=channel)
    reply_to = ReplyTo(channel=channel, user=user, ephemeral=True, response_url=body.get("response_url"))
    return Asked(question=_question(id_, text, asker=user, channel=channel), reply_to=reply_to)


def plain_words(raw: str, bot_user: str) -> str:
    """Turn Slack's escapes into what the person saw, without the app's own mention."""
    text = TOKEN.sub(lambda token: _seen(*token.groups(), bot_user=bot_user), raw)
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return re.sub(r"[ \t]+", " ", text).strip()


def _seen(sign: str, target: str, label: str | None, *, bot_user: str) -> str:
    if sign == "@" and target == bot_user:
        return " "
    if sign == "!":
        return label or f"@{target}"
    return f"{sign}{label or target}"


def from_a_person(event: Payload, bot_user: str) -> bool:
    """Whether a message is one that somebody wrote just now, and no bot."""
    from_bot = "bot_id" in event or event.get("user") in (None, bot_user)
    return not from_bot and event.get("subtype") in PEOPLE_SAY and "edited" not in event


def _follows_up(event: Payload, raw: str, bot_user: str, takes_part: Callable[[str], bool]) -> bool:
    """Whether a channel message without mention goes on in a thread the app is in, and is meant for it."""
    thread_ts = event.get("thread_ts")
    if not thread_ts or f"<@{bot_user}" in raw:
        return False
    meant_for_another = MENTION_FIRST.match(raw)
    text = plain_words(raw, bot_user)
    if meant_for_another or not text or is_courtesy(text):
        return False
    return takes_part(f"{event['channel']}:{thread_ts}")


def among_strangers(body: Payload) -> bool:
    """Slack Connect: the channel is shared with another organization, or the asker belongs to one."""
    installed, asker = _teams(body)
    return bool(body.get("is_ext_shared_channel")) or asker != installed


def _teams(body: Payload) -> tuple[str | None, str | None]:
    """The workspace the app is installed in, and the asker's."""
    event = body["event"]
    installed = (body.get("authorizations") or [{}])[0].get("team_id") or body.get("team_id")
    return installed, event.get("user_team") or event.get("team") or installed


def is_courtesy(text: str) -> bool:
    """Whether a message only says thanks, yes or hello, in words or emoji, and asks nothing."""
    said = _letters(text)
    return not said or ("?" not in text and COURTESIES.issuperset(said))


def _small_talk(text: str) -> str:
    """What to say to an empty message, a greeting or a thank-you; empty for a question."""
    if not is_courtesy(text):
        return ""
    said = _letters(text)
    return HINT if not said or not GREETINGS.isdisjoint(said) else WELCOME


def _letters(text: str) -> list[str]:
    """The words of a message without emoji and names."""
    said = SHORTCODE.sub(" ", text.casefold().replace("’", "").replace("'", ""))
    return re.findall(r"[^\W_]+", said)


def _question(id_: str, text: str, *, asker: str, channel: str, thread_id: str | None = None) -> Question:
    if len(text) > LONGEST_QUESTION:
        raise BadQuestion
    return Question(id=id_, text=text, asker=asker, channel=channel, thread_id=thread_id)
