"""Settings: every wrong one is named at once, and no value is ever repeated."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings import Settings, load_settings
from knowledge.errors import BadSettings

EXAMPLE = Path(__file__).parent.parent / ".env.example"


@pytest.fixture(autouse=True)
def _bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder without .env and an environment without our settings."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def advice() -> str:
    with pytest.raises(BadSettings) as caught:
        load_settings()
    return caught.value.advice


def test_without_any_setting_the_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.attache_home == tmp_path / "data"
    assert settings.max_bytes == 100_000_000
    assert not settings.has_slack


def test_all_wrong_settings_are_named_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_FILE_MB", "many")
    monkeypatch.setenv("LOG_LEVEL", "loud")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "hunter2")
    assert advice() == (
        "MAX_FILE_MB must be a whole number from 1 to 2000; LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR; "
        "SLACK_BOT_TOKEN must start with xoxb-; "
        "SLACK_APP_TOKEN must start with xapp-, or be left out where SLACK_SIGNING_SECRET is set."
    )


def test_a_wrong_token_is_repeated_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "hunter2")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "tooshort")
    with pytest.raises(BadSettings) as caught:
        load_settings()
    said = f"{caught.value.advice} {caught.value.__cause__}"
    assert "hunter2" not in said
    assert "tooshort" not in said


def test_a_right_token_is_repeated_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-hunter2")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-hunter2")
    settings = load_settings()
    assert settings.has_slack
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump_json()}"


@pytest.mark.parametrize("name", ["gpt-5-mini", "OpenAI:x", "openai:", "openai: x", ":x"])
def test_a_language_model_is_named_with_its_provider(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("CHAT_MODEL", name)
    assert (
        advice()
        == "CHAT_MODEL must name a provider and its model with a colon between them, such as openai:gpt-5-mini."
    )


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
        ({"SLACK_SIGNING_SECRET": "0123456789abcdef"}, "SLACK_BOT_TOKEN"),
    ],
)
def test_half_of_a_slack_setup_names_the_other_half(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], missing: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert advice().startswith(f"{missing} must start with x")


@pytest.mark.parametrize("per", ["QUESTION", "USER_PER_DAY", "DAY"])
def test_a_limit_of_cost_asks_for_the_prices(monkeypatch: pytest.MonkeyPatch, per: str) -> None:
    monkeypatch.setenv(f"CHAT_COST_PER_{per}", "0.5")
    assert "CHAT_PRICE_IN must be the price of a million tokens" in advice()
    monkeypatch.setenv("CHAT_PRICE_IN", "1")
    assert "CHAT_PRICE_OUT must be the price of a million tokens" in advice()
    monkeypatch.setenv("CHAT_PRICE_OUT", "0")
    assert load_settings().chat_price_out == 0


def test_a_signing_secret_serves_slack_without_an_app_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "0123456789abcdef")
    assert load_settings().has_slack


@pytest.mark.parametrize("blank", ["", "   ", "\n"])
def test_a_blank_setting_counts_as_unset(monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), blank)
    assert load_settings() == Settings(_env_file=None)


def test_a_pasted_token_may_carry_a_line_break(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", " xoxb-1\n")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1 ")
    token = load_settings().slack_bot_token
    assert token is not None
    assert token.get_secret_value() == "xoxb-1"


def test_the_environment_beats_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("MAX_FILE_MB=7\nTORCH_THREADS=3\nSOMETHING_ELSE=1\n", "utf-8")
    monkeypatch.setenv("MAX_FILE_MB", "9")
    settings = load_settings()
    assert (settings.max_file_mb, settings.torch_threads) == (9, 3)


def test_a_file_that_is_not_text_is_named() -> None:
    Path(".env").write_bytes(b"MAX_FILE_MB=\xff\xfe\n")
    assert advice() == "The file .env must be readable text in UTF-8."


def test_a_data_folder_that_is_a_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("", "utf-8")
    monkeypatch.setenv("ATTACHE_HOME", "notes.txt")
    assert advice() == "ATTACHE_HOME must be a folder."


def test_admins_are_user_ids_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMINS", " U024BE7LH,W012A3CDE ,")
    monkeypatch.setenv("ADMIN_GROUP", "S0614TZR7\n")
    settings = load_settings()
    assert (settings.admins, settings.admin_group) == (("U024BE7LH", "W012A3CDE"), "S0614TZR7")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADMINS", "@maya"),
        ("ADMINS", "U1 U2"),
        ("ADMINS", "u024be7lh"),
        ("ADMIN_GROUP", "@admins"),
        ("ADMIN_GROUP", "U1"),
    ],
)
def test_admins_that_are_no_ids_are_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert advice().startswith(f"{name} must be ")


def test_settings_cannot_be_changed_later() -> None:
    settings = load_settings()
    with pytest.raises(ValidationError):
        settings.max_file_mb = 3  # type: ignore[misc]


def test_the_example_file_names_every_setting_with_its_default_and_a_reason() -> None:
    entries = re.findall(r"^# (.+)\n([A-Z_]+)=(.*)$", EXAMPLE.read_text("utf-8"), re.MULTILINE)
    defaults = {
        name.upper(): "" if field.default in (None, ()) else str(field.default).replace("False", "false")
        for name, field in Settings.model_fields.items()
    }
    assert {name: value for _, name, value in entries} == defaults
    assert all(reason.endswith(".") for reason, _, _ in entries)


def test_the_example_file_is_itself_valid() -> None:
    Path(".env").write_text(EXAMPLE.read_text("utf-8"), "utf-8")
    assert load_settings() == Settings(_env_file=None)


def test_the_office_may_be_in_another_time_zone_than_its_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().now().tzinfo is not None
    monkeypatch.setenv("TIME_ZONE", "Asia/Tokyo")
    assert load_settings().now().utcoffset() == timedelta(hours=9)


@pytest.mark.parametrize("zone", ["Atlantis/Capital", "../../etc/passwd", "Chicago"])
def test_a_time_zone_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("TIME_ZONE", zone)
    assert advice() == "TIME_ZONE must name a time zone, America/Chicago for example."
