"""Who keeps the library: named people, and a user group as Slack lists it."""

import logging
from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from bot.slack.admins import REMEMBERED, Admins
from tests.workspace import Workspace


class Watch:
    """A clock that stands until somebody moves it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace() as running:
        yield running


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    return WebClient(workspace.bot_token, base_url=workspace.api_url)


def test_without_any_setting_nobody_is_an_admin(client: WebClient, workspace: Workspace) -> None:
    assert not Admins(client).include("UADMIN")
    assert workspace.calls() == []


def test_whoever_is_named_is_an_admin_without_asking_slack(client: WebClient, workspace: Workspace) -> None:
    admins = Admins(client, users=("U1",), group="S1")
    assert admins.include("U1")
    assert workspace.calls() == []


def test_the_members_of_the_group_are_admins(client: WebClient) -> None:
    admins = Admins(client, group="S1")
    assert admins.include("UADMIN")
    assert not admins.include("U2")


def test_a_group_is_asked_for_again_after_a_few_minutes(client: WebClient, workspace: Workspace) -> None:
    watch = Watch()
    admins = Admins(client, group="S1", clock=watch)
    assert [admins.include(user) for user in ("UADMIN", "U2", "UADMIN")] == [True, False, True]
    assert len(workspace.calls("usergroups.users.list")) == 1
    workspace.add_usergroup("S1", "library-admins", ["U2"])
    watch.now += REMEMBERED
    assert [admins.include(user) for user in ("UADMIN", "U2")] == [False, True]
    assert len(workspace.calls("usergroups.users.list")) == 2


@pytest.mark.parametrize("trouble", ["no_such_subteam", "plan_upgrade_required", "missing_scope", "dropped"])
def test_when_slack_cannot_say_the_answer_is_no_and_the_log_says_why(
    client: WebClient, workspace: Workspace, caplog: pytest.LogCaptureFixture, trouble: str
) -> None:
    client.retry_handlers.clear()
    watch = Watch()
    admins = Admins(client, users=("U1",), group="S1", clock=watch)
    assert admins.include("UADMIN")
    watch.now += REMEMBERED
    if trouble == "dropped":
        workspace.drop_connection("usergroups.users.list")
    else:
        workspace.fail("usergroups.users.list", trouble)
    with caplog.at_level(logging.WARNING):
        assert not admins.include("UADMIN")
    assert "members of ADMIN_GROUP unknown" in caplog.text
    assert admins.include("U1")
    assert admins.include("UADMIN")
