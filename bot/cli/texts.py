"""Texts on the command line are UTF-8: what is not could neither be kept nor be shown again."""

from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperCommand

from knowledge.errors import BadCommand


class TextCommand(TyperCommand):
    """A command that refuses words which are no text before it begins; paths may hold any bytes."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Raises BadCommand."""
        for text in _texts(ctx.params.values()):
            try:
                text.encode()
            except UnicodeEncodeError as err:
                raise BadCommand("A word of this command is not UTF-8; please write it in UTF-8.") from err
        return super().invoke(ctx)


def take_text_only(app: typer.Typer) -> None:
    """Make a TextCommand of every command of `app` and of its groups."""
    for command in app.registered_commands:
        command.cls = TextCommand
    for group in app.registered_groups:
        if group.typer_instance:
            take_text_only(group.typer_instance)


def _texts(values: Any) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list | tuple):
            yield from _texts(value)
