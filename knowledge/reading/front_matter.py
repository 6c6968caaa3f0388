"""The block of YAML at the head of a markdown file, as what the file states of itself."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING

from knowledge.errors import BadFrontMatter
from knowledge.reading.card import find_link
from knowledge.reading.outline import Stated

if TYPE_CHECKING:
    from yaml import SafeLoader, ScalarNode

NO_SUCH_DATE = "A date in the front matter does not exist; please write it as YYYY, YYYY-MM or YYYY-MM-DD."


def parse_front_matter(text: str) -> Stated | None:
    """Return what the front matter states, or None when it is no mapping and so only text between rules.

    Raises BadFrontMatter, naming the line or the key.
    """
    import yaml

    try:
        values = yaml.load(text, _loader())  # noqa: S506 # a SafeLoader
    except (yaml.YAMLError, ValueError, RecursionError) as err:
        mark = getattr(err, "problem_mark", None)
        line = f"Line {mark.line + 2}" if mark else "The front matter"
        raise BadFrontMatter(f"{line} of this file is not valid YAML; please correct the front matter.") from err
    if values is None:
        return Stated()
    if not isinstance(values, Mapping):
        return None
    return Stated(
        title=_text(values, "title"),
        kind=_text(values, "kind"),
        issuer=_text(values, "issuer"),
        date=_text(values, "date") or _text(values, "as_of"),
        status=_text(values, "status"),
        superseded_by=_text(values, "superseded_by"),
        language=_text(values, "language") or _text(values, "lang"),
        source=_source(values),
        publish_at=_moment(values, "publish_at"),
        review_by=_text(values, "review_by"),
        collections=_collections(values),
    )


@cache
def _loader() -> "type[SafeLoader]":
    """Return YAML's safe loader, which tells a date that does not exist from what else is wrong."""
    from yaml import SafeLoader

    class Loader(SafeLoader):
        def construct_yaml_timestamp(self, node: "ScalarNode") -> date:
            try:
                return super().construct_yaml_timestamp(node)
            except ValueError as err:
                raise BadFrontMatter(NO_SUCH_DATE) from err

    Loader.add_constructor("tag:yaml.org,2002:timestamp", Loader.construct_yaml_timestamp)
    return Loader


def _text(values: Mapping[object, object], key: str) -> str | None:
    value = values.get(key)
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise BadFrontMatter(f"The `{key}` of the front matter is not a text; please write it on one line, in quotes.")


def _moment(values: Mapping[object, object], key: str) -> str | None:
    """Return a day or moment with its time, which YAML may have understood already."""
    value = values.get(key)
    return value.isoformat() if isinstance(value, datetime) else _text(values, key)


def _collections(values: Mapping[object, object]) -> str | None:
    """Return the names of `collections` or `collection`, one or a list of them, as one text.

    One that names nothing is refused: taken for unsaid, it would open to the office what somebody meant to keep.
    """
    keys = [key for key in ("collections", "collection") if key in values]
    names: list[str] = []
    for key in keys:
        stated = values[key]
        names += [_text({key: name}, key) or "" for name in (stated if isinstance(stated, list) else [stated])]
    if keys and not all(name.strip() for name in names or [""]):
        raise BadFrontMatter(f"The `{keys[0]}` of the front matter names none; please name one or leave the line out.")
    return ", ".join(names) or None


def _source(values: Mapping[object, object]) -> str | None:
    """Return the link of `source`, or of `sources` where that names just one: the first of many would mislead."""
    source, sources = values.get("source"), values.get("sources")
    named = source or (sources[0] if isinstance(sources, list) and len(sources) == 1 else sources)
    return find_link(named) if isinstance(named, str) else None
