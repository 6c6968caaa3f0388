"""The app's Home tab. The Messages tab needs no listener: its prompts stand in the manifest."""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.views import home_view
from knowledge.knowledge_base import KnowledgeBase


class Home:
    """The listener of the Home tab."""

    def __init__(self, knowledge_base: KnowledgeBase) -> None:
        self._knowledge_base = knowledge_base

    def register(self, app: App) -> None:
        """Listen."""
        app.event("app_home_opened")(self.show)

    def show(self, event: dict[str, Any], client: WebClient) -> None:
        """Say what the library holds now, and how to ask."""
        if event["tab"] == "home":
            client.views_publish(user_id=event["user"], view=home_view(self._knowledge_base.manifest()))
