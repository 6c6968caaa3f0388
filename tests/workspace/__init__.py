"""A stateful fake Slack on loopback that the real slack_bolt and slack_sdk clients run against unmodified.

It keeps Slack's rules (limits, scopes, membership, acknowledgements, triggers) and shows tests what people would see.
What it does not model it answers with an error, never with ok.
"""

from tests.workspace.form import CannotDo
from tests.workspace.links import Link
from tests.workspace.manifest import full_manifest
from tests.workspace.pings import Ping
from tests.workspace.records import Call, Channel, Delivery, File, Message, Misuse, Status, User, View
from tests.workspace.workspace import Workspace

__all__ = [
    "Call",
    "CannotDo",
    "Channel",
    "Delivery",
    "File",
    "Link",
    "Message",
    "Misuse",
    "Ping",
    "Status",
    "User",
    "View",
    "Workspace",
    "full_manifest",
]
