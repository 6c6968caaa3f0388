"""What askers say to an answer they were told, and that they do not want to be told: listeners of that message."""

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.blocks import note_reply
from bot.slack.languages import Languages
from bot.slack.pressing import Press, pressed, submitted, tell
from bot.slack.replies import Replies
from bot.slack.safe_text import Block
from bot.slack.told import (
    AGAIN,
    HUSH,
    NO_MORE,
    NOT_QUITE,
    NOT_QUITE_SAID,
    REASON,
    SORRY,
    TELL_AGAIN,
    THANKS,
    YES,
    gone_reply,
    not_quite_view,
    told_reply,
)
from bot.slack.views import note_modal
from bot.speaking import said as translated
from knowledge.errors import BadGapChange
from knowledge.knowledge_base import KnowledgeBase
from knowledge.notices import Notice, NoticeKind

NOT_YOURS = "Only the person this was written to can answer it."
SAID_BEFORE = "You have said so already, thank you."


class Hearing:
    """Listeners of the buttons below an answer that was told, and of the form behind "Not quite"."""

    def __init__(self, knowledge_base: KnowledgeBase, languages: Languages) -> None:
        self._gaps = knowledge_base.gaps
        self._notices = knowledge_base.notices
        self._languages = languages

    def register(self, app: App) -> None:
        """Listen."""
        app.action(YES)(pressed(self.yes, self._language))
        app.action(NOT_QUITE)(pressed(self.not_quite, self._language))
        app.action(HUSH)(pressed(self.hush, self._language))
        app.action(TELL_AGAIN)(pressed(self.tell_again, self._language))
        # Whoever has the form has pressed the button; whose it is is asked when it is noted.
        said = submitted(self.take_reason, may=lambda _: True, no=NOT_YOURS, language=self._language)
        app.view(NOT_QUITE_SAID)(said)

    def yes(self, body: Press, client: WebClient) -> None:
        """Confirm the gap."""
        notice = self._notice(body["actions"][0]["value"], body["user"]["id"])
        self._gaps.respond(notice.id, user=body["user"]["id"], satisfied=True)
        self._show(notice, client)
        tell(body, client, note_reply(translated(THANKS)))

    def not_quite(self, body: Press, client: WebClient) -> None:
        """Ask what is missing."""
        notice = self._notice(body["actions"][0]["value"], body["user"]["id"])
        if notice.verdict is not None:
            tell(body, client, note_reply(translated(SAID_BEFORE)))
            return
        client.views_open(trigger_id=body["trigger_id"], view=not_quite_view(notice.id))

    def take_reason(self, body: Press, client: WebClient) -> Block:
        """Open the gap again with what was written."""
        view, user = body["view"], body["user"]["id"]
        said = view["state"]["values"][REASON][REASON].get("value") or ""
        notice = self._notice(view["private_metadata"], user)
        self._gaps.respond(notice.id, user=user, satisfied=False, said=said)
        self._show(notice, client)
        return note_modal(note_reply(translated(SORRY)), translated("Not quite"))

    def hush(self, body: Press, client: WebClient) -> None:
        """Tell them about answers no more."""
        notice = self._notice(body["actions"][0]["value"], body["user"]["id"])
        self._notices.hush(notice.user)
        self._show(notice, client)
        tell(body, client, note_reply(translated(NO_MORE)))

    def tell_again(self, body: Press, client: WebClient) -> None:
        """Tell them about answers again."""
        notice = self._notice(body["actions"][0]["value"], body["user"]["id"])
        self._notices.tell_again(notice.user)
        self._show(notice, client)
        tell(body, client, note_reply(translated(AGAIN)))

    def _language(self, body: Press) -> str:
        """The language of the question that the notice answers."""
        value = body["actions"][0]["value"] if "actions" in body else body["view"]["private_metadata"]
        notice = self._notices.get(int(value)) if value.isdecimal() else None
        told = self._gaps.shown(notice) if notice and notice.kind is NoticeKind.ANSWERED else None
        return self._languages.of_text(told.question if told else "", body["user"]["id"])

    def _notice(self, value: str, user: str) -> Notice:
        """Return the notice, if it was written to whoever pressed. Raises BadGapChange."""
        notice = self._notices.get(int(value)) if value.isdecimal() else None
        if notice is None or notice.kind is not NoticeKind.ANSWERED or notice.user != user:
            raise BadGapChange(NOT_YOURS)
        return notice

    def _show(self, notice: Notice, client: WebClient) -> None:
        """Bring the message up to date with what was said to it."""
        now = self._notices.get(notice.id) or notice
        told = self._gaps.shown(now)
        if now.channel and now.message_ts:
            hushed = self._notices.is_quiet(now.user)
            reply = told_reply(told, now.id, said=now.verdict, hushed=hushed) if told else gone_reply()
            Replies(client).change(now.channel, now.message_ts, reply)
