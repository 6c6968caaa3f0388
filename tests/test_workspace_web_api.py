"""The fake's Web API, called with the real slack_sdk client."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from tests.workspace import Workspace
from tests.workspace.manifest import ALL_SCOPES, full_manifest


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace() as running:
        yield running


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    return WebClient(workspace.bot_token, base_url=workspace.api_url)


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    """The error code Slack answers to a call that must fail."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def test_auth_test_names_the_bot_and_its_scopes(client: WebClient, workspace: Workspace) -> None:
    answer = client.auth_test()

    assert (answer["user_id"], answer["team_id"], answer["bot_id"]) == ("UBOT", "T1", "B1")
    assert set(answer.headers["x-oauth-scopes"].split(",")) == set(ALL_SCOPES)


def test_a_wrong_token_is_invalid_auth_and_no_token_is_not_authed(workspace: Workspace) -> None:
    assert refused(WebClient("xoxb-other", base_url=workspace.api_url).auth_test) == "invalid_auth"
    assert httpx.post(f"{workspace.api_url}auth.test").json() == {"ok": False, "error": "not_authed"}


def test_each_token_opens_only_its_own_methods(client: WebClient, workspace: Workspace) -> None:
    with_app_token = WebClient(workspace.app_token, base_url=workspace.api_url)

    assert refused(client.apps_connections_open, app_token=workspace.bot_token) == "not_allowed_token_type"
    assert refused(with_app_token.chat_postMessage, channel="C1", text="hi") == "not_allowed_token_type"


def test_unknown_methods_fail_and_are_recorded(client: WebClient, workspace: Workspace) -> None:
    assert refused(client.api_call, api_method="chat.scheduleMessage", json={"channel": "C1"}) == "unknown_method"
    assert [error.error for error in workspace.errors] == ["unknown_method"]


def test_arguments_it_does_not_model_are_refused_not_ignored(client: WebClient) -> None:
    assert refused(client.chat_postMessage, channel="C1", text="hi", username="Boss") == "unmodelled_argument"
    assert refused(client.chat_postMessage, channel="C1", text="hi", attachments=[{}]) == "unmodelled_argument"
    assert refused(client.chat_postMessage, channel="C1", text="hi", reply_broadcast=True) == "unmodelled_argument"


@pytest.mark.parametrize(
    ("method", "arguments", "scope"),
    [
        ("chat.postMessage", {"channel": "C1", "text": "hi"}, "chat:write"),
        ("conversations.info", {"channel": "C1"}, "channels:read"),
        ("conversations.history", {"channel": "G1"}, "groups:history"),
        ("users.info", {"user": "U1"}, "users:read"),
        ("reactions.add", {"channel": "C1", "name": "eyes", "timestamp": "1"}, "reactions:write"),
        ("assistant.threads.setTitle", {"channel_id": "C1", "thread_ts": "1", "title": "t"}, "assistant:write"),
    ],
)
def test_a_method_without_its_scope_says_what_is_missing(method: str, arguments: dict[str, str], scope: str) -> None:
    with Workspace(manifest=full_manifest(scopes=["commands"])) as workspace:
        client = WebClient(workspace.bot_token, base_url=workspace.api_url)
        with pytest.raises(SlackApiError) as caught:
            client.api_call(method, params=arguments)

    assert caught.value.response["error"] == "missing_scope"
    assert (caught.value.response["needed"], caught.value.response["provided"]) == (scope, "commands")


def test_the_bot_posts_only_where_it_is_a_member(client: WebClient) -> None:
    assert refused(client.chat_postMessage, channel="C2", text="hi") == "not_in_channel"
    assert refused(client.chat_postMessage, channel="G2", text="hi") == "channel_not_found"
    assert refused(client.chat_postMessage, channel="C404", text="hi") == "channel_not_found"


def test_with_the_public_scope_it_may_post_to_public_channels() -> None:
    with Workspace(manifest=full_manifest(scopes=[*ALL_SCOPES, "chat:write.public"])) as workspace:
        client = WebClient(workspace.bot_token, base_url=workspace.api_url)
        client.chat_postMessage(channel="C2", text="hi")

        assert [message.text for message in workspace.messages("C2")] == ["hi"]
        assert refused(client.chat_postMessage, channel="G2", text="hi") == "channel_not_found"


def test_a_message_and_its_thread_are_kept_apart(client: WebClient, workspace: Workspace) -> None:
    root = client.chat_postMessage(channel="C1", text="root")
    client.chat_postMessage(channel="C1", text="reply", thread_ts=root["ts"])

    assert [message.text for message in workspace.messages("C1")] == ["root"]
    assert [message.text for message in workspace.messages("C1", root["ts"])] == ["reply"]
    assert [message.text for message in workspace.thread("C1", root["ts"])] == ["root", "reply"]
    replies = client.conversations_replies(channel="C1", ts=root["ts"])["messages"]
    assert [(message["text"], message.get("reply_count")) for message in replies] == [("root", 1), ("reply", None)]


def test_a_reply_needs_the_root_message(client: WebClient) -> None:
    root = client.chat_postMessage(channel="C1", text="root")
    reply = client.chat_postMessage(channel="C1", text="reply", thread_ts=root["ts"])

    assert refused(client.chat_postMessage, channel="C1", text="x", thread_ts="1.0") == "thread_not_found"
    assert refused(client.chat_postMessage, channel="C1", text="x", thread_ts=reply["ts"]) == "cannot_reply_to_message"


def test_a_user_id_as_channel_means_direct_messages(client: WebClient, workspace: Workspace) -> None:
    posted = client.chat_postMessage(channel="U1", text="hello")

    assert posted["channel"] == workspace.im("U1") == client.conversations_open(users="U1")["channel"]["id"]


def test_text_over_forty_thousand_is_cut_but_an_update_over_four_thousand_is_refused(client: WebClient) -> None:
    posted = client.chat_postMessage(channel="C1", text="x" * 40_001)

    assert len(posted["message"]["text"]) == 40_000
    assert client.chat_update(channel="C1", ts=posted["ts"], text="x" * 4_000)["ok"]
    assert refused(client.chat_update, channel="C1", ts=posted["ts"], text="x" * 4_001) == "msg_too_long"


@pytest.mark.filterwarnings("ignore:The top-level `text` argument")
def test_a_message_needs_words(client: WebClient) -> None:
    assert refused(client.chat_postMessage, channel="C1", text="") == "no_text"
    assert refused(client.chat_postMessage, channel="C1", markdown_text="x", text="y") == "markdown_text_conflict"
    assert refused(client.chat_postMessage, channel="C1", markdown_text="x" * 12_001) == "msg_too_long"


@pytest.mark.filterwarnings("ignore:The top-level `text` argument")
def test_updating_with_text_alone_removes_the_blocks(client: WebClient, workspace: Workspace) -> None:
    blocks = [{"type": "section", "text": {"type": "plain_text", "text": "block words"}}]
    posted = client.chat_postMessage(channel="C1", text="fallback", blocks=blocks)
    message = workspace.messages("C1")[0]
    assert message.words == "block words"

    client.chat_update(channel="C1", ts=posted["ts"], blocks=blocks)
    assert (message.words, message.edited) == ("block words", False)
    client.chat_update(channel="C1", ts=posted["ts"], text="only text")
    assert (message.words, message.edited, message.blocks) == ("only text", True, [])


def test_only_own_standing_messages_can_be_edited_or_deleted(client: WebClient, workspace: Workspace) -> None:
    theirs = workspace.user("U1").says("C1", "mine")
    own = client.chat_postMessage(channel="C1", text="bot's")
    client.chat_delete(channel="C1", ts=own["ts"])

    assert refused(client.chat_update, channel="C1", ts=theirs.ts, text="x") == "cant_update_message"
    assert refused(client.chat_delete, channel="C1", ts=theirs.ts) == "cant_delete_message"
    assert refused(client.chat_update, channel="C1", ts=own["ts"], text="x") == "message_not_found"
    assert [message.text for message in workspace.messages("C1")] == ["mine"]


def test_an_ephemeral_message_is_seen_by_one_person_and_cannot_be_found(
    client: WebClient, workspace: Workspace
) -> None:
    posted = client.chat_postEphemeral(channel="C1", user="U1", text="only you")

    assert [message.text for message in workspace.ephemerals("U1")] == ["only you"]
    assert workspace.ephemerals("U2") == workspace.messages("C1") == []
    assert refused(client.chat_update, channel="C1", ts=posted["message_ts"], text="x") == "message_not_found"
    assert refused(client.chat_postEphemeral, channel="C1", user="UOUTSIDE", text="x") == "user_not_in_channel"


def test_an_ephemeral_reply_shows_only_in_an_active_thread(client: WebClient, workspace: Workspace) -> None:
    root = workspace.user("U1").says("C1", "question")
    client.chat_postEphemeral(channel="C1", user="U1", text="unseen", thread_ts=root.ts)
    client.chat_postMessage(channel="C1", text="reply", thread_ts=root.ts)
    client.chat_postEphemeral(channel="C1", user="U1", text="seen", thread_ts=root.ts)

    assert [message.text for message in workspace.ephemerals("U1")] == ["seen"]


def test_metadata_comes_back_only_when_asked_for(client: WebClient) -> None:
    metadata = {"event_type": "answer", "event_payload": {"id": "7"}}
    posted = client.chat_postMessage(channel="C1", text="hi", metadata=metadata)

    plain = client.conversations_replies(channel="C1", ts=posted["ts"])["messages"][0]
    asked = client.conversations_replies(channel="C1", ts=posted["ts"], include_all_metadata=True)["messages"][0]
    assert "metadata" not in plain
    assert asked["metadata"] == metadata
    wrong = {"event_type": "answer"}
    assert refused(client.chat_postMessage, channel="C1", text="x", metadata=wrong) == "invalid_metadata_format"


def test_history_and_members_come_in_pages(client: WebClient) -> None:
    for number in range(5):
        client.chat_postMessage(channel="C1", text=str(number))

    first = client.conversations_history(channel="C1", limit=2)
    rest = client.conversations_history(channel="C1", limit=3, cursor=first["response_metadata"]["next_cursor"])
    assert [message["text"] for page in (first, rest) for message in page["messages"]] == ["4", "3", "2", "1", "0"]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert client.conversations_members(channel="C1", limit=2)["members"] == ["U1", "U2"]
    assert refused(client.conversations_history, channel="C2") == "not_in_channel"


def test_permalinks_open_the_message_in_its_thread(client: WebClient) -> None:
    root = client.chat_postMessage(channel="C1", text="root")["ts"]
    reply = client.chat_postMessage(channel="C1", text="reply", thread_ts=root)["ts"]

    link = client.chat_getPermalink(channel="C1", message_ts=reply)["permalink"]
    assert link == f"https://fake.slack.com/archives/C1/p{reply.replace('.', '')}?thread_ts={root}&cid=C1"
    assert refused(client.chat_getPermalink, channel="C1", message_ts="1.0") == "message_not_found"


def test_people_are_described_with_what_the_scopes_allow(client: WebClient) -> None:
    assert client.users_info(user="UADMIN")["user"]["is_admin"]
    assert client.users_info(user="UGUEST")["user"]["is_restricted"]
    outsider = client.users_info(user="UOUTSIDE")["user"]
    assert (outsider["team_id"], outsider["is_stranger"]) == ("T2", True)
    assert "email" not in outsider["profile"]
    assert client.users_info(user="UGONE")["user"]["deleted"]
    assert refused(client.users_info, user="U404") == "user_not_found"
    assert client.usergroups_users_list(usergroup="S1")["users"] == ["UADMIN"]
    assert refused(client.usergroups_users_list, usergroup="S404") == "no_such_subteam"
    assert client.conversations_info(channel="CSHARED")["channel"]["is_ext_shared"]


def test_without_a_paid_plan_there_are_no_user_groups(client: WebClient, workspace: Workspace) -> None:
    workspace.roster.has_usergroups = False
    assert refused(client.usergroups_users_list, usergroup="S1") == "plan_upgrade_required"


def test_statuses_titles_and_prompts_are_kept(client: WebClient, workspace: Workspace) -> None:
    root = workspace.user("U1").direct_message("hello")
    client.assistant_threads_setStatus(channel_id=root.channel, thread_ts=root.ts, status="is reading…")
    assert workspace.sessions.lines[root.channel, root.ts] == "is reading…"

    client.agents_sessions_setStatus(channel_id=root.channel, thread_ts=root.ts, status="processing", title="Late")
    client.assistant_threads_setTitle(channel_id=root.channel, thread_ts=root.ts, title="Waste")
    client.assistant_threads_setSuggestedPrompts(
        channel_id=root.channel, thread_ts=root.ts, prompts=[{"title": "a", "message": "b"}]
    )
    client.chat_postMessage(channel=root.channel, thread_ts=root.ts, text="answer")

    assert (root.channel, root.ts) not in workspace.sessions.lines
    assert workspace.sessions.titles[root.channel, root.ts] == "Waste"
    assert [status.status for status in workspace.statuses] == ["is reading…", "processing"]
    too_many = {"prompts": [{"title": "a", "message": "b"}] * 5, "channel_id": root.channel}
    assert refused(client.assistant_threads_setSuggestedPrompts, **too_many) == "invalid_arguments"
    wrong = {"channel_id": root.channel, "thread_ts": "1.0", "status": "x"}
    assert refused(client.assistant_threads_setStatus, **wrong) == "invalid_thread_ts"


def test_reactions_are_added_once_and_removed_once(client: WebClient, workspace: Workspace) -> None:
    message = workspace.user("U1").says("C1", "hi")
    place = {"channel": "C1", "timestamp": message.ts, "name": "eyes"}

    client.reactions_add(**place)
    assert message.reactions == {"eyes": ["UBOT"]}
    assert refused(client.reactions_add, **place) == "already_reacted"
    client.reactions_remove(**place)
    assert refused(client.reactions_remove, **place) == "no_reaction"


def test_a_rate_limit_is_429_with_retry_after_and_the_sdk_waits_for_it(workspace: Workspace) -> None:
    impatient = WebClient(workspace.bot_token, base_url=workspace.api_url)
    patient = WebClient(workspace.bot_token, base_url=workspace.api_url)
    patient.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
    workspace.rate_limit("chat.postMessage", times=2, retry_after=1)

    with pytest.raises(SlackApiError) as caught:
        impatient.chat_postMessage(channel="C1", text="lost")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "1")
    patient.chat_postMessage(channel="C1", text="arrives")

    assert [message.text for message in workspace.messages("C1")] == ["arrives"]
    assert [call.status for call in workspace.calls("chat.postMessage")] == [429, 429, 200]
    assert workspace.errors == []


def test_an_ordered_failure_answers_once_and_is_not_the_apps_error(client: WebClient, workspace: Workspace) -> None:
    workspace.fail("chat.postMessage", error="internal_error")

    assert refused(client.chat_postMessage, channel="C1", text="hi") == "internal_error"
    assert client.chat_postMessage(channel="C1", text="hi")["ok"]
    assert workspace.errors == []


@pytest.mark.parametrize(("after_processing", "stored"), [(False, 1), (True, 2)])
def test_a_dropped_connection_makes_the_sdk_send_again(
    client: WebClient, workspace: Workspace, after_processing: bool, stored: int
) -> None:
    workspace.drop_connection("chat.postMessage", after_processing=after_processing)

    client.chat_postMessage(channel="C1", text="once?")

    assert len(workspace.messages("C1")) == stored
    assert [call.answer is None for call in workspace.calls("chat.postMessage")] == [True, False]


def test_forms_with_nested_json_and_get_requests_mean_the_same(workspace: Workspace) -> None:
    headers = {"Authorization": f"Bearer {workspace.bot_token}"}
    blocks = '[{"type": "divider"}]'
    form = httpx.post(f"{workspace.api_url}chat.postMessage", data={"channel": "C1", "blocks": blocks}, headers=headers)
    read = httpx.get(f"{workspace.api_url}users.info", params={"user": "U1"}, headers=headers)
    broken = httpx.post(f"{workspace.api_url}chat.postMessage", data={"channel": "C1", "blocks": "["}, headers=headers)

    assert form.json()["ok"]
    assert workspace.messages("C1")[0].blocks[0]["type"] == "divider"
    assert read.json()["user"]["name"] == "maya"
    assert broken.json()["error"] == "invalid_blocks_format"


def test_files_need_membership_and_the_token(client: WebClient, workspace: Workspace) -> None:
    shared = workspace.user("U1").uploads("C1", "plan.pdf", b"%PDF", mimetype="application/pdf").files[0]
    hidden = workspace.user("U1").uploads("C2", "secret.txt", b"x").files[0]

    described = client.files_info(file=shared.id)["file"]
    url = described["url_private_download"]
    assert (described["filetype"], described["size"]) == ("pdf", 4)
    assert httpx.get(url, headers={"Authorization": f"Bearer {workspace.bot_token}"}).content == b"%PDF"
    assert httpx.get(url).headers["content-type"].startswith("text/html")
    assert refused(client.files_info, file=hidden.id) == "file_not_found"
    workspace.user("U1").deletes_file(shared)
    assert refused(client.files_info, file=shared.id) == "file_deleted"
