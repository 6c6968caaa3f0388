"""Send or Skip: what those who keep the library decide about answers that quoted what holds no more."""

from collections.abc import Callable

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.admins import Admins
from bot.slack.blocks import note_reply
from bot.slack.corrections import SEND, SKIP, decided, recall_reply
from bot.slack.pressing import Listener, Press, pressed, whisper
from bot.slack.replies import respond
from knowledge.errors import RecallDecided
from knowledge.knowledge_base import KnowledgeBase
from knowledge.recalls import Recall


class Recalling:
    """Listeners of the two buttons. The first press counts; the second hears that there was one."""

    def __init__(self, knowledge_base: KnowledgeBase, admins: Admins) -> None:
        self._recalls = knowledge_base.recalls
        self._admins = admins

    def register(self, app: App) -> None:
        """Listen."""
        app.action(SEND)(pressed(self._admins.only(self._deciding(self._recalls.send))))
        app.action(SKIP)(pressed(self._admins.only(self._deciding(self._recalls.skip))))

    def _deciding(self, decide: Callable[..., Recall]) -> Listener:
        def listen(body: Press, _client: WebClient) -> None:
            id_ = body["actions"][0]["value"]
            try:
                recall = decide(id_, actor=body["user"]["id"])
            except RecallDecided:
                recall = self._recalls.record(id_)
                whisper(body, note_reply(f"Somebody was first. {decided(recall)}"))
            respond(body["response_url"], recall_reply(recall), replace=True)

        return listen
