"""The Slack app: listeners that parse, ask and reply. The only room that imports slack_bolt and slack_sdk."""
