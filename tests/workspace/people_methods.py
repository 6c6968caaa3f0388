"""auth, users, user groups, team, bots and files: who is who. https://docs.slack.dev/reference/methods/users.info"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.workspace.arguments import Arguments
from tests.workspace.blocks import Fields
from tests.workspace.conversation_methods import one_page
from tests.workspace.methods import method
from tests.workspace.records import File, SlackRefusal, User
from tests.workspace.roster import APP_ID, BOT_ID, BOT_USER, TEAM

if TYPE_CHECKING:
    from tests.workspace.workspace import Workspace


@method("auth.test")
def auth_test(workspace: Workspace, arguments: Arguments) -> Fields:
    return {
        "url": "https://fake.slack.com/",
        "team": "Fake",
        "user": workspace.roster.users[BOT_USER].name,
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", token="app")
def open_connection(workspace: Workspace, arguments: Arguments) -> Fields:
    return {"url": workspace.socket_url()}


@method("users.info", scope="users:read", required="user", optional="include_locale")
def user_info(workspace: Workspace, arguments: Arguments) -> Fields:
    user = workspace.roster.users.get(arguments.text("user"))
    if user is None:
        raise SlackRefusal("user_not_found")
    return {"user": describe_user(workspace, user, with_locale=bool(arguments.flag("include_locale")))}


@method("users.list", scope="users:read", optional="cursor limit include_locale")
def list_users(workspace: Workspace, arguments: Arguments) -> Fields:
    page, more = one_page(list(workspace.roster.users.values()), arguments, default=1_000)
    return {"members": [describe_user(workspace, user, with_locale=False) for user in page], **more}


@method("users.lookupByEmail", scope="users:read.email", required="email")
def lookup_by_email(workspace: Workspace, arguments: Arguments) -> Fields:
    for user in workspace.roster.users.values():
        if user.email == arguments.text("email") and not user.deleted and user.team_id == TEAM:
            return {"user": describe_user(workspace, user, with_locale=False)}
    raise SlackRefusal("users_not_found")


def describe_user(workspace: Workspace, user: User, *, with_locale: bool) -> Fields:
    """The user as Slack's JSON; the e-mail address only with users:read.email."""
    profile = {"display_name": user.name, "real_name": user.real_name}
    if "users:read.email" in workspace.manifest.scopes and user.team_id == TEAM:
        profile["email"] = user.email
    body: Fields = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "profile": profile | {"team": user.team_id},
    }
    if user.deleted:
        return body
    body |= {"tz": user.tz, "tz_offset": 0, "is_admin": user.is_admin, "is_owner": False}
    body |= {"is_restricted": user.is_restricted, "is_ultra_restricted": user.is_ultra_restricted}
    if user.is_stranger:
        body["is_stranger"] = True
    if with_locale:
        body["locale"] = user.locale
    return body


@method("usergroups.users.list", scope="usergroups:read", required="usergroup", optional="include_disabled")
def usergroup_members(workspace: Workspace, arguments: Arguments) -> Fields:
    if not workspace.roster.has_usergroups:
        raise SlackRefusal("plan_upgrade_required")
    group = arguments.text("usergroup")
    if group not in workspace.roster.usergroups:
        raise SlackRefusal("no_such_subteam")
    return {"users": list(workspace.roster.usergroups[group])}


@method("team.info", scope="team:read", optional="team")
def team_info(workspace: Workspace, arguments: Arguments) -> Fields:
    if arguments.maybe_text("team") not in (None, TEAM):
        raise SlackRefusal("team_not_found")
    return {"team": {"id": TEAM, "name": "Fake", "domain": "fake", "email_domain": "example.org"}}


@method("bots.info", scope="users:read", required="bot")
def bot_info(workspace: Workspace, arguments: Arguments) -> Fields:
    if arguments.text("bot") != BOT_ID:
        raise SlackRefusal("bot_not_found")
    name = workspace.roster.users[BOT_USER].name
    return {"bot": {"id": BOT_ID, "deleted": False, "name": name, "app_id": APP_ID, "user_id": BOT_USER}}


@method("files.info", scope="files:read", required="file")
def file_info(workspace: Workspace, arguments: Arguments) -> Fields:
    """A bot sees a file only in conversations it is in."""
    file = workspace.roster.files.get(arguments.text("file"))
    if file is None or not workspace.roster.app_may_have(file):
        raise SlackRefusal("file_not_found")
    if file.deleted:
        raise SlackRefusal("file_deleted")
    return {"file": describe_file(workspace.url, file), "comments": []}


def describe_file(url: str, file: File) -> Fields:
    """The file as Slack's JSON; url_private needs the bot token."""
    private = f"{url}/files-pri/{TEAM}-{file.id}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.name,
        "mimetype": file.mimetype,
        "filetype": file.name.rsplit(".", 1)[-1].lower() if "." in file.name else "",
        "user": file.user,
        "size": len(file.content),
        "mode": "external" if file.is_external else "hosted",
        "is_external": file.is_external,
        "url_private": f"{private}/{quote(file.name)}",
        "url_private_download": file.address or f"{private}/download/{quote(file.name)}",
        "permalink": f"https://fake.slack.com/files/{file.user}/{file.id}/{file.name}",
        "channels": [channel for channel in file.channels if channel.startswith("C")],
        "groups": [channel for channel in file.channels if channel.startswith("G")],
        "ims": [channel for channel in file.channels if channel.startswith("D")],
    }
