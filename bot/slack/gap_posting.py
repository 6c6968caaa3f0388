"""Puts a message about a gap into Slack once, whatever breaks in between; remembers where it stands.

The ledger notes that it is about to be posted, Slack keeps its key with the message, and whoever finds such a note
looks for the message before posting again.
"""

from bot.slack.blocks import Reply
from bot.slack.replies import GAP_EVENT, Replies
from knowledge.ledger.gap_posts import GapPosts

# A clock of Slack's that is a minute behind ours hides no message from us, seconds.
LEEWAY = 60.0


class GapPosting:
    """Posts with one Slack client. Raises what slack_sdk raises; then it is tried again by posting again."""

    def __init__(self, posts: GapPosts, replies: Replies) -> None:
        self._posts = posts
        self._replies = replies

    def once(self, key: str, channel: str, reply: Reply) -> bool:
        """Post a message unless it stands already, then where it was begun; says whether it is new."""
        post = self._posts.begin(key, channel)
        if post.message_ts is not None:
            return False
        metadata, ts = (GAP_EVENT, key), None
        if post.again:
            since = post.began_at.timestamp() - LEEWAY
            ts = self._replies.find_card(post.channel, None, since=since, metadata=metadata)
        self._posts.posted(key, ts or self._replies.say(post.channel, reply, metadata=metadata))
        return ts is None

    def change(self, key: str, reply: Reply) -> None:
        """Put something else into a message that stands."""
        post = self._posts.find(key)
        if post is not None and post.message_ts is not None:
            self._replies.change(post.channel, post.message_ts, reply)
