"""As dying.py, with a language model that falls silent after its first sentence."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from bot.settings import Settings
from bot.slack.serving import running
from tests.answering.writing.models import Scripted, open_with_model, sentences_of
from tests.journeys.streamed_answer import three_good_and_one_altered
from tests.making import WordHashEmbedding


def falling_silent(text: str) -> Iterator[str]:
    """Say the first sentence and then nothing."""
    yield sentences_of(text)[0]
    threading.Event().wait()


def main(home: str, api_url: str, bot_token: str, app_token: str) -> None:
    """Serve until killed."""
    settings = Settings(_env_file=None, slack_bot_token=bot_token, slack_app_token=app_token, slack_api_url=api_url)
    model = Scripted(say=three_good_and_one_altered, cut=falling_silent)
    with running(settings, open_with_model(Path(home), WordHashEmbedding(), model), telling_pace=0.0):
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
