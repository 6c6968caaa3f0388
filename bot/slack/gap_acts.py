"""What people do with a gap: the forms behind its buttons, and doing what they say. Asks again who may, at the act.

Whoever comes second hears what was done meanwhile and by whom, and changes nothing.
"""

import re
from collections.abc import Callable
from datetime import date
from http.client import HTTPException

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.faults import explain
from bot.slack.blocks import error_reply, note_reply
from bot.slack.browsing import counted
from bot.slack.gap_answers import DONE_BEFORE, GapAnswers
from bot.slack.gap_forms import (
    FORM,
    INTO,
    MOST_OPTIONS,
    OWNER,
    QUESTIONS,
    TEXT,
    Entered,
    Form,
    entered,
    form_of,
    gap_form,
    wrong,
)
from bot.slack.gap_list import gap_options, unpacked
from bot.slack.gap_view import ACT, TITLE, last_done, seen, shown
from bot.slack.gaps import NOT_YOURS, GapModals
from bot.slack.people import People
from bot.slack.pressing import Press, pressed, show, show_in_place, tell
from bot.slack.replies import Replies
from bot.slack.safe_text import Block
from bot.slack.sources import spell_date
from bot.slack.views import note_modal
from knowledge.errors import BadGapChange
from knowledge.gaps.records import GapRecord, GapStory
from knowledge.job import ReplyTo
from knowledge.knowledge_base import KnowledgeBase

# Where a sentence goes that is about no input in particular.
FIRST = {"assign": OWNER, "merge": INTO, "split": QUESTIONS, "move": QUESTIONS}
PUBLISHING = "Publishing the answer; then the questions are asked again…"
WHO_IS_THAT = "Slack could not say who this is just now; please try again in a moment."


class GapActs:
    """Listeners of a gap's buttons and their forms."""

    def __init__(self, knowledge_base: KnowledgeBase, modals: GapModals, people: People, answers: GapAnswers) -> None:
        self._knowledge_base = knowledge_base
        self._gaps = knowledge_base.gaps
        self._modals = modals
        self._people = people
        self._answers = answers

    def register(self, app: App) -> None:
        """Listen."""
        app.action(re.compile(rf"^{ACT}:\w+$"))(pressed(self.ask))
        app.view(FORM)(self.act)
        app.options(INTO)(self.offer_gaps)

    def ask(self, body: Press, client: WebClient) -> None:
        """Open the form behind a button, or say what was done already."""
        action = body["actions"][0]
        does, user = action["action_id"].partition(":")[2], body["user"]["id"]
        story = self._gaps.story(action["value"])
        if not self._modals.may_act(user, story.gap):
            tell(body, client, note_reply(NOT_YOURS))
            return
        is_sensible = does == "note" or story.gap.status.is_open == (does != "reopen")
        if story.gap.id != action["value"] or not is_sensible:
            tell(body, client, note_reply(self._already(action["value"], story)))
            return
        view = body.get("view") or {}
        behind = shown(view["private_metadata"]).behind if view.get("type") == "modal" else None
        channel = None if view else body["container"]["channel_id"]
        show(body, client, gap_form(does, story.gap, behind=behind, channel=channel))

    def act(self, body: Press, ack: Ack, client: WebClient) -> None:
        """Do what a form says; what cannot be done stays in the form with a sentence below it. Raises nothing."""
        form, user = form_of(body["view"]["private_metadata"]), body["user"]["id"]
        where = FIRST.get(form.does, TEXT)
        try:
            said = entered(body["view"]["state"]["values"])
            errors = wrong(form.does, said, self._knowledge_base.catalogue.now().date())
            notice = "" if errors else self._act(form, said, user)
            is_answer = form.does == "answer" and not errors
            # Before Slack is told: what was accepted is published, also where we end before the indexes are free.
            kept = self._answers.keep(body["view"]["id"], form.gap, said, user) if is_answer else None
        except BadGapChange as err:
            errors, notice = {where: err.advice}, ""
        except Exception as err:
            told = explain(err)
            errors, notice = {where: f"{told.advice} (reference {told.reference})"}, ""
        if errors:
            ack(response_action="errors", errors=errors)
            return
        ack()
        try:
            self._show(form, body, client, notice)
            if kept is not None:
                self._show(form, body, client, self._answers.publish(kept) or DONE_BEFORE)
        except Exception as err:  # the form is gone by now
            Replies(client).say(user, error_reply(explain(err)))

    def offer_gaps(self, body: Press, ack: Ack) -> None:
        """Offer the open gaps somebody may do something with, as with this one, whose questions hold what was typed."""
        form, user = form_of(body["view"]["private_metadata"]), body["user"]["id"]
        may = self._modals.may_act(user, self._gaps.story(form.gap).gap)
        theirs = [gap for gap in self._gaps.records() if may and self._modals.may_act(user, gap)]
        ack(options=gap_options(theirs, body["value"], but=form.gap)[:MOST_OPTIONS])

    def _act(self, form: Form, said: Entered, user: str) -> str:
        """Do it; returns a sentence about it. Raises BadGapChange with what to say in the form."""
        story = self._gaps.story(form.gap)
        touched = (story, self._gaps.story(said.into)) if said.into else (story,)
        if not all(self._modals.may_act(user, one.gap) for one in touched):
            raise BadGapChange(NOT_YOURS)
        if story.gap.id != form.gap or seen(story.gap) != form.seen:
            raise BadGapChange(f"Nothing was done. {self._already(form.gap, story)}")
        doing: dict[str, Callable[[], str]] = {
            "assign": lambda: self._assign(form.gap, said.owner, said.due, user),
            "answer": lambda: PUBLISHING,
            "note": lambda: f"Noted beside {self._gaps.note(form.gap, said.text, actor=user).id}.",
            "wait": lambda: f"{self._gaps.wait(form.gap, note=said.text, actor=user).id} waits for somebody now.",
            "merge": lambda: f"{form.gap} is part of {self._gaps.merge(form.gap, into=said.into, actor=user).id} now.",
            "split": lambda: f"Split off: {self._gaps.split(form.gap, said.questions, actor=user).id}.",
            "move": lambda: self._move(form.gap, said, user),
            "decline": lambda: f"Declined {self._gaps.decline(form.gap, reason=said.text, actor=user).id}.",
            "scope": lambda: f"{self._gaps.in_scope(form.gap, note=said.text, actor=user).id} is in scope now.",
            "reopen": lambda: f"Opened {self._gaps.reopen(form.gap, reason=said.text, actor=user).id} again.",
        }
        return doing[form.does]()

    def _assign(self, gap: str, owner: str, due: date | None, user: str) -> str:
        try:
            who = self._people.who(owner)
        except (SlackApiError, OSError, HTTPException) as err:
            raise BadGapChange(WHO_IS_THAT) from err
        if who.has_left:
            raise BadGapChange(f"{who.name} has left the organization; please choose somebody else.")
        if not who.is_here:
            raise BadGapChange(f"{who.name} is no member of your organization; please choose somebody else.")
        record = self._gaps.assign(gap, owner=owner, owner_name=who.name, due=due, actor=user)
        return f"Assigned {gap} to {who.name}{_until(record)}."

    def _move(self, gap: str, said: Entered, user: str) -> str:
        record = self._gaps.move(gap, said.questions, to=said.into, actor=user)
        return f"Moved into {record.id}: {counted(len(said.questions), 'question')}."

    def _already(self, gap: str, story: GapStory) -> str:
        """Say how a gap stands that is not as somebody saw it, and who made it so."""
        stands = f"{gap} is part of {story.gap.id} now" if story.gap.id != gap else f"{gap} is {_stands(story.gap)}"
        done = last_done(story, self._knowledge_base.catalogue.now())
        return f"{stands}: {self._people.name_of(done[0])} {done[1]} on {done[2]}." if done else f"{stands}."

    def _show(self, form: Form, body: Press, client: WebClient, notice: str) -> None:
        """Bring what lies behind the form up to date; where nothing does, say in the channel what was done."""
        view, user = body["view"], body["user"]["id"]
        if form.channel:
            to = ReplyTo(channel=form.channel, user=user)
            Replies(client).whisper(to, note_reply(notice))
        if view.get("previous_view_id"):
            show_in_place(client, view["previous_view_id"], self._beneath(form, user, notice))
        if form.behind:
            show_in_place(client, view["root_view_id"], self._modals.page(unpacked(form.behind), user))

    def _beneath(self, form: Form, user: str, notice: str) -> Block:
        """Make the modal of the gap; of what was done alone for whoever gave it out of their hands."""
        if not self._modals.may_act(user, self._gaps.story(form.gap).gap):
            return note_modal(note_reply(notice), TITLE)
        return self._modals.gap(form.gap, user, behind=form.behind, notice=notice)


def _stands(gap: GapRecord) -> str:
    owner = gap.owner_name or gap.owner
    return f"{gap.status.value}{f' to {owner}' if owner and gap.status.value == 'assigned' else ''}{_until(gap)}"


def _until(gap: GapRecord) -> str:
    return f", due {spell_date(gap.due.isoformat())}" if gap.due and gap.status.is_open else ""
