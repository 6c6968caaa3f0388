"""The app's Home tab. The Messages tab needs no listener: its prompts stand in the manifest.

Those who keep the library see its state there, everybody else only what it holds; asked at each opening.
"""

from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.admins import Admins
from bot.slack.gap_channel import channel_trouble
from bot.slack.gap_digest import gaps_overview
from bot.slack.languages import Languages
from bot.slack.overview import overview_blocks
from bot.slack.readers import Readers
from bot.slack.safe_text import Block
from bot.slack.views import home_view
from bot.speaking import speaking
from knowledge.knowledge_base import KnowledgeBase


class Home:
    """The listener of the Home tab."""

    def __init__(
        self,
        knowledge_base: KnowledgeBase,
        admins: Admins,
        readers: Readers,
        languages: Languages,
        gaps_channel: str | None = None,
    ) -> None:
        self._knowledge_base = knowledge_base
        self._admins = admins
        self._readers = readers
        self._languages = languages
        self._gaps_channel = gaps_channel

    def register(self, app: App) -> None:
        """Listen."""
        app.event("app_home_opened")(self.show)

    def show(self, event: dict[str, Any], client: WebClient) -> None:
        """Show it to whoever opened it."""
        if event["tab"] == "home":
            self.publish(client, event["user"])

    def publish(self, client: WebClient, user: str) -> None:
        """Say what the library holds now for whoever looks, and how to ask; admins see how it stands, too."""
        keeping = self._keeping(client, user) if self._admins.include(user) else ()
        manifest = self._knowledge_base.manifest(self._readers.of_person(user).audience)
        with speaking(self._languages.of_person(user)):
            client.views_publish(user_id=user, view=home_view(manifest, keeping))

    def _keeping(self, client: WebClient, user: str) -> tuple[Block, ...]:
        catalogue, gaps = self._knowledge_base.catalogue, self._knowledge_base.gaps
        now, channel = catalogue.now(), self._gaps_channel
        trouble = channel_trouble(client, channel) if channel else ""
        return (
            *overview_blocks(catalogue.overview(), self._knowledge_base.sources.records(), now),
            *gaps_overview(gaps.records(), gaps.figures(), user, now, trouble),
        )
