"""files.*: uploading in three steps. https://docs.slack.dev/messaging/working-with-files#upload

An address to upload to, the bytes sent there without a token, and then the file is shared where the app says.
"""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING

from tests.workspace.arguments import Arguments
from tests.workspace.blocks import Fields
from tests.workspace.chat_methods import channel_to_post
from tests.workspace.methods import method
from tests.workspace.records import SlackRefusal
from tests.workspace.roster import BOT_USER

if TYPE_CHECKING:
    from tests.workspace.workspace import Workspace

LONGEST_ALT = 1_000


@method("files.getUploadURLExternal", scope="files:write", required="filename length", optional="alt_txt snippet_type")
def upload_url(workspace: Workspace, arguments: Arguments) -> Fields:
    alt = arguments.maybe_text("alt_txt") or ""
    if len(alt) > LONGEST_ALT:
        raise SlackRefusal("alt_txt_too_large")
    name = arguments.text("filename")
    file = workspace.add_file(BOT_USER, name, b"", mimetypes.guess_type(name)[0] or "application/octet-stream")
    file.alt_text, file.length = alt, int(arguments.raw("length"))
    return {"upload_url": f"{workspace.url}/upload/{file.id}", "file_id": file.id}


@method(
    "files.completeUploadExternal",
    scope="files:write",
    required="files",
    optional="channel_id channels initial_comment thread_ts",
)
def complete_upload(workspace: Workspace, arguments: Arguments) -> Fields:
    channel = channel_to_post(workspace, arguments.text("channel_id"))
    thread_ts = arguments.maybe_text("thread_ts")
    workspace.board.check_thread(channel.id, thread_ts)
    files = [workspace.roster.files[one["id"]] for one in arguments.structure("files", "invalid_arguments") or []]
    for file in files:
        if len(file.content) != file.length:
            raise SlackRefusal("file_not_found", "nothing, or something of another length, was uploaded")
        file.channels.append(channel.id)
    text = arguments.maybe_text("initial_comment") or ""
    message = workspace.board.post(channel.id, BOT_USER, text, files=files, thread_ts=thread_ts, subtype="file_share")
    workspace.announcer.message_posted(message)
    return {"files": [{"id": file.id, "title": file.name} for file in files]}
