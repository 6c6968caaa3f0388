"""Settings from the environment and `.env`, checked all at once. The only module that reads either.

Each setting's description completes the sentence "NAME must ..."; .env.example gives its default and the reason.
"""

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from knowledge.errors import BadSettings
from knowledge.sources.rhythm import is_rhythm, is_weekly

T = TypeVar("T")

AN_AMOUNT = "be an amount of money greater than 0"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
# https://docs.slack.dev/reference/objects/user-object and …/usergroup-object
USER_ID = re.compile(r"[UW][A-Z0-9]+")
GROUP_ID = re.compile(r"S[A-Z0-9]+")
CHANNEL_ID = re.compile(r"[CG][A-Z0-9]+")


class Settings(BaseSettings):
    """What one Attaché is told from outside; frozen, so that what was checked at start-up is what holds."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        # A validation error is logged with its traceback, and a token must not be.
        hide_input_in_errors=True,
        validate_default=False,
    )

    attache_home: Path = Field(default=Path("data"), description="be a folder", validate_default=True)
    embedding_model: str | None = Field(default=None, description="name a sentence-transformers model or its folder")
    reranker_model: str | None = Field(default=None, description="name a cross-encoder or its folder")
    answer_threshold: float | None = Field(default=None, ge=0, le=1, description="be a number from 0 to 1")
    max_file_mb: int = Field(default=100, ge=1, le=2000, description="be a whole number from 1 to 2000")
    chat_model: str | None = Field(
        default=None, description="name a provider and its model with a colon between them, such as openai:gpt-5-mini"
    )
    chat_base_url: str | None = Field(default=None, description="start with https:// or http://")
    chat_api_key: SecretStr | None = Field(default=None, description="be a key without spaces")
    chat_timeout: float = Field(default=60, ge=1, le=600, description="be a number of seconds from 1 to 600")
    chat_retries: int = Field(default=1, ge=0, le=5, description="be a whole number from 0 to 5")
    chat_tokens_per_question: int = Field(default=12_000, ge=2_000, description="be a whole number from 2000")
    chat_tokens_per_user_per_day: int = Field(default=300_000, ge=2_000, description="be a whole number from 2000")
    chat_tokens_per_day: int = Field(default=3_000_000, ge=2_000, description="be a whole number from 2000")
    chat_price_in: float | None = Field(
        default=None, ge=0, description="be the price of a million tokens, and be set where a cost is limited"
    )
    chat_price_out: float | None = Field(
        default=None, ge=0, description="be the price of a million tokens, and be set where a cost is limited"
    )
    chat_cost_per_question: float | None = Field(default=None, gt=0, description=AN_AMOUNT)
    chat_cost_per_user_per_day: float | None = Field(default=None, gt=0, description=AN_AMOUNT)
    chat_cost_per_day: float | None = Field(default=None, gt=0, description=AN_AMOUNT)
    prompts_dir: Path | None = Field(default=None, description="be a folder")
    torch_threads: int = Field(default=2, ge=1, le=256, description="be a whole number from 1 to 256")
    answer_workers: int = Field(default=2, ge=1, le=64, description="be a whole number from 1 to 64")
    time_zone: str | None = Field(default=None, description="name a time zone, America/Chicago for example")
    sources_refresh: str = Field(default="03:00", description="say how often: 30m, 6h, 2d, or a time such as 03:00")
    recall_days: int = Field(default=30, ge=0, le=3650, description="be a whole number from 0 to 3650")
    log_level: str = Field(default="INFO", description=f"be one of {', '.join(LOG_LEVELS)}")

    slack_bot_token: SecretStr | None = Field(default=None, description="start with xoxb-")
    slack_app_token: SecretStr | None = Field(
        default=None, description="start with xapp-, or be left out where SLACK_SIGNING_SECRET is set"
    )
    slack_signing_secret: SecretStr | None = Field(default=None, description="be 16 or more letters and digits")
    slack_api_url: str = Field(
        default="https://slack.com/api/", description="start with https:// or http:// and end with a slash"
    )
    admins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="be Slack user ids such as U024BE7LH, separated by commas"
    )
    admin_group: str | None = Field(default=None, description="be the id of a Slack user group such as S0614TZR7")
    gaps_channel: str | None = Field(default=None, description="be the id of a Slack channel such as C024BE91L")
    digest: str = Field(default="mon 09:00", description="be a day and a time such as mon 09:00, or off")
    auto_publish: bool = Field(default=False, description="be true or false")
    http_host: str = Field(default="127.0.0.1", description="be a host name or address")
    http_port: int = Field(default=3000, ge=0, le=65535, description="be a whole number from 0 to 65535")

    @property
    def max_bytes(self) -> int:
        """The largest file that is read, in bytes."""
        return self.max_file_mb * 1_000_000

    def now(self) -> datetime:
        """Return this moment in the office's time zone, which days and publications go by."""
        return datetime.now(ZoneInfo(self.time_zone)) if self.time_zone else datetime.now().astimezone()

    @property
    def has_slack(self) -> bool:
        """Whether there is enough to serve Slack: a bot token and a way for events to arrive."""
        return bool(self.slack_bot_token and (self.slack_app_token or self.slack_signing_secret))

    @model_validator(mode="before")
    @classmethod
    def _tidy(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Trim every text, for pasted tokens often carry a line break; what is blank then counts as unset.

        The missing half of a Slack set-up becomes a wrong setting: else the bot would start and never answer.
        """
        trimmed = {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}
        tidied = {key: value for key, value in trimmed.items() if value not in ("", None)}
        has_token = "slack_bot_token" in tidied
        has_way_in = "slack_app_token" in tidied or "slack_signing_secret" in tidied
        if has_token and not has_way_in:
            tidied["slack_app_token"] = ""
        if has_way_in and not has_token:
            tidied["slack_bot_token"] = ""
        if any(name.startswith("chat_cost_") for name in tidied):
            tidied = {"chat_price_in": "", "chat_price_out": ""} | tidied
        return tidied

    @field_validator("attache_home")
    @classmethod
    def _is_a_folder(cls, path: Path) -> Path:
        folder = path.expanduser().absolute()
        return _required(folder, ok=folder.is_dir() or not folder.exists())

    @field_validator("chat_model")
    @classmethod
    def _is_a_chat_model(cls, name: str) -> str:
        return _required(name, ok=bool(re.fullmatch(r"[a-z][a-z0-9_]*:\S+", name)))

    @field_validator("chat_base_url")
    @classmethod
    def _is_a_server(cls, url: str) -> str:
        return _required(url, ok=url.startswith(("https://", "http://")))

    @field_validator("chat_api_key")
    @classmethod
    def _is_a_key(cls, key: SecretStr) -> SecretStr:
        return _required(key, ok=not re.search(r"\s", key.get_secret_value()))

    @field_validator("prompts_dir")
    @classmethod
    def _is_there(cls, path: Path) -> Path:
        folder = path.expanduser().absolute()
        return _required(folder, ok=folder.is_dir())

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as err:
            raise ValueError("not what the description asks for") from err
        return name

    @field_validator("sources_refresh")
    @classmethod
    def _is_a_rhythm(cls, rhythm: str) -> str:
        return _required(rhythm, ok=is_rhythm(rhythm))

    @field_validator("log_level")
    @classmethod
    def _is_a_level(cls, level: str) -> str:
        return _required(level.upper(), ok=level.upper() in LOG_LEVELS)

    @field_validator("slack_bot_token")
    @classmethod
    def _is_a_bot_token(cls, token: SecretStr) -> SecretStr:
        return _required(token, ok=_is_token(token, "xoxb-"))

    @field_validator("slack_app_token")
    @classmethod
    def _is_an_app_token(cls, token: SecretStr) -> SecretStr:
        return _required(token, ok=_is_token(token, "xapp-"))

    @field_validator("slack_signing_secret")
    @classmethod
    def _is_a_secret(cls, secret: SecretStr) -> SecretStr:
        text = secret.get_secret_value()
        return _required(secret, ok=len(text) >= 16 and text.isascii() and text.isalnum())

    @field_validator("admins", mode="before")
    @classmethod
    def _are_users(cls, ids: str | tuple[str, ...]) -> tuple[str, ...]:
        users = tuple(id_.strip() for id_ in ids.split(",") if id_.strip()) if isinstance(ids, str) else ids
        return _required(users, ok=all(USER_ID.fullmatch(user) for user in users))

    @field_validator("admin_group")
    @classmethod
    def _is_a_group(cls, group: str) -> str:
        return _required(group, ok=bool(GROUP_ID.fullmatch(group)))

    @field_validator("gaps_channel")
    @classmethod
    def _is_a_channel(cls, id_: str) -> str:
        return _required(id_, ok=bool(CHANNEL_ID.fullmatch(id_)))

    @field_validator("digest")
    @classmethod
    def _is_a_day_and_time(cls, when: str) -> str:
        return _required(when.lower(), ok=when.lower() == "off" or is_weekly(when.lower()))

    @field_validator("slack_api_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        return _required(url, ok=url.startswith(("https://", "http://")) and url.endswith("/"))


def load_settings() -> Settings:
    """Read the environment, then `.env` in the working folder. Raises BadSettings naming every wrong setting."""
    try:
        return Settings()
    except ValidationError as err:
        raise BadSettings(f"{'; '.join(_complaints(err))}.") from err
    except (OSError, UnicodeDecodeError) as err:
        raise BadSettings("The file .env must be readable text in UTF-8.") from err


def _complaints(err: ValidationError) -> list[str]:
    """One clause for each wrong setting, in the order of the class; never what it was set to."""
    clauses = dict.fromkeys(
        f"{name.upper()} must {Settings.model_fields[name].description}"
        for name in (str(error["loc"][0]) for error in err.errors(include_url=False, include_input=False))
    )
    return list(clauses)


def _required(value: T, *, ok: bool) -> T:
    if not ok:
        raise ValueError("not what the description asks for")
    return value


def _is_token(token: SecretStr, prefix: str) -> bool:
    text = token.get_secret_value()
    return text.startswith(prefix) and len(text) > len(prefix) and text.isascii() and " " not in text
