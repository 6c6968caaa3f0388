"""Puts the Slack app together: one client, one Bolt app, its listeners, and the one handler of errors."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App
from slack_bolt.error import BoltError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from bot.settings import Settings
from bot.slack.admins import Admins
from bot.slack.apologies import Apologies
from bot.slack.briefs import Briefs
from bot.slack.buttons import Buttons
from bot.slack.cards import Cards
from bot.slack.commands import Commands
from bot.slack.deciding import Deciding
from bot.slack.documents import Documents
from bot.slack.gap_room import GapRoom
from bot.slack.handing_in import HandingIn
from bot.slack.hearing import Hearing
from bot.slack.home import Home
from bot.slack.languages import Languages
from bot.slack.library import Library
from bot.slack.memo_sharing import MemoSharing
from bot.slack.more import More
from bot.slack.people import People
from bot.slack.questions import Questions
from bot.slack.readers import Readers
from bot.slack.recalling import Recalling
from bot.slack.replies import RATE_LIMIT_TRIES, Replies
from bot.slack.sharing import Shares, Sharing
from bot.slack.snapshots import Snapshots
from bot.slack.stopping import Stopping
from bot.slack.why import Why
from bot.slack.withdrawing import Withdrawing
from knowledge.errors import SlackUnavailable
from knowledge.knowledge_base import KnowledgeBase

# Bolt's default of 5 lets five slow listeners keep a command from its acknowledgement within three seconds.
LISTENER_THREADS = 32


def open_client(settings: Settings) -> WebClient:
    """Make the Slack client. It waits out rate limits; a broken connection is the job's to try again, never blindly."""
    token = settings.slack_bot_token
    return WebClient(
        token=token.get_secret_value() if token else None,
        base_url=settings.slack_api_url,
        retry_handlers=[RateLimitErrorRetryHandler(max_retry_count=RATE_LIMIT_TRIES)],
    )


def open_admins(settings: Settings, client: WebClient) -> Admins:
    """Say who keeps the library."""
    return Admins(client, users=settings.admins, group=settings.admin_group)


def open_readers(client: WebClient, admins: Admins, knowledge_base: KnowledgeBase) -> Readers:
    """Say who may read what where."""
    return Readers(People(client), admins, knowledge_base.collections.records)


def build_slack_app(
    settings: Settings,
    knowledge_base: KnowledgeBase,
    *,
    client: WebClient,
    admins: Admins,
    readers: Readers,
    wake: Callable[[], None],
    stopping: Stopping,
    cards: Cards,
    wake_intake: Callable[[], None],
    gaps: GapRoom,
) -> App:
    """Build the Bolt app; `wake` is called when a question was accepted, `wake_intake` when a document was.

    Raises SlackUnavailable.
    """
    secret = settings.slack_signing_secret
    try:
        app = App(
            client=client,
            signing_secret=secret.get_secret_value() if secret else "",
            logger=_logger_without_bodies(),
            listener_executor=ThreadPoolExecutor(LISTENER_THREADS, thread_name_prefix="listening"),
            raise_error_for_unhandled_request=True,
            attaching_conversation_kwargs_enabled=False,
        )
    except (BoltError, SlackApiError, OSError) as err:
        raise SlackUnavailable from err
    replies = Replies(client)
    people = People(client)
    languages = Languages(knowledge_base.conversations, people)
    shares = Shares(knowledge_base.collections, readers, replies)
    questions = Questions(knowledge_base.conversations, readers, replies, languages, wake)
    handing_in = HandingIn(knowledge_base.intake, admins, wake_intake)
    handing_in.register(app, questions.remark)  # before the questions, which take every message for one
    Withdrawing(knowledge_base, languages).register(app)  # and so for deleted ones
    questions.register(app)
    stopping.register(app)
    Briefs(knowledge_base.conversations, replies, languages, wake).register(app)
    Deciding(knowledge_base, replies, cards, admins, wake_intake).register(app)
    Buttons(knowledge_base, readers, languages).register(app)
    Why(knowledge_base, admins).register(app)
    Sharing(knowledge_base, shares, languages).register(app)
    MemoSharing(knowledge_base, shares, replies, people, languages).register(app)
    More(knowledge_base, readers, replies, languages, wake).register(app)
    Hearing(knowledge_base, languages).register(app)
    Recalling(knowledge_base, admins).register(app)
    home = Home(knowledge_base, admins, readers, languages, settings.gaps_channel)
    library = Library(knowledge_base, admins, home)
    for room in (home, library, Documents(knowledge_base, admins, library), Snapshots(knowledge_base, admins, library)):
        room.register(app)
    gaps.register(app)
    words = {"library": library.open, "gaps": gaps.modals.open, "add": handing_in.add}
    Commands(admins, words).register(app)
    app.error(Apologies(replies).apologize)
    return app


def _logger_without_bodies() -> logging.Logger:
    """Bolt and its SDK write whole requests at INFO and DEBUG; what they have to warn of is kept."""
    logging.getLogger("slack_sdk").setLevel(logging.WARNING)
    logger = logging.getLogger("slack_bolt")
    logger.setLevel(logging.WARNING)
    return logger
