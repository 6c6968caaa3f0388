"""Whether GAPS_CHANNEL takes messages of ours, as Slack says it. Sends nothing."""

from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.replies import is_passing

NO_SUCH = (
    "GAPS_CHANNEL names a channel that is gone, or a private one that I am not in, so it gets no cards of gaps: please "
    "invite me there with /invite, or name another."
)
ARCHIVED = "GAPS_CHANNEL is archived, so it gets no cards of gaps: please open it again, or name another."
NOT_IN = "I am not in GAPS_CHANNEL, so it gets no cards of gaps: please invite me there with /invite."


def channel_trouble(client: WebClient, channel: str) -> str:
    """Say what is wrong with the channel and what to do; empty where nothing is, or Slack does not say just now."""
    try:
        info = client.conversations_info(channel=channel)["channel"]
    except SlackApiError as err:
        return "" if is_passing(err) else NO_SUCH
    except (OSError, HTTPException):
        return ""
    if info.get("is_archived"):
        return ARCHIVED
    return "" if info.get("is_member") else NOT_IN
