"""The app in a process of its own, for a test to kill; told its data folder, where Slack is, and both tokens."""

import sys
import threading
from pathlib import Path

from bot.settings import Settings
from bot.slack.serving import running
from tests.making import WordHashEmbedding, open_in


def main(home: str, api_url: str, bot_token: str, app_token: str) -> None:
    """Serve until killed."""
    settings = Settings(_env_file=None, slack_bot_token=bot_token, slack_app_token=app_token, slack_api_url=api_url)
    with running(settings, open_in(Path(home), WordHashEmbedding()), telling_pace=0.0):
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
