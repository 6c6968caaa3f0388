"""Markdown with front matter to sections: plain text as the reader sees it, lists and code kept, tables apart."""

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from knowledge.reading.cleaning import clean_line
from knowledge.reading.decoding import decode
from knowledge.reading.front_matter import parse_front_matter
from knowledge.reading.outline import Draft, Outline, Stated

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markdown_it.tree import SyntaxTreeNode

# Site generators leave tags in their sources: Liquid and Jinja, Hugo shortcodes, kramdown attributes. Code keeps them.
# Lengths are bounded, or a file of nothing but openings would take forever.
_CODE_OR_TAG = re.compile(
    r"(?P<code>^[ ]{0,3}(?P<fence>```+|~~~+).*?(?:^[ ]{0,3}(?P=fence)[`~]*[ \t]*$|\Z)|`[^`\n]{1,500}`)"
    r"|\{%-?\s*comment\b.{0,5000}?endcomment\s*-?%\}|<!--.{0,5000}?-->"
    r"|\{%.{0,1000}?%\}|\{\{.{0,500}?\}\}|\{:[^}\n]{0,500}\}|\{#[\w:-]{1,100}\}[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def read_markdown(content: bytes) -> Draft:
    """Read a markdown file. Raises DamagedDocument and BadFrontMatter."""
    text = decode(content).replace("\r\n", "\n").replace("\r", "\n")
    stated = Stated()
    found = _FRONT_MATTER.match(text)
    if found:
        parsed = parse_front_matter(found.group(1) or "")
        if parsed is not None:
            stated, text = parsed, text[found.end() :]
    outline = Outline()
    _add_all(_parse(_CODE_OR_TAG.sub(lambda match: match.group("code") or "", text)).children, outline)
    return Draft(sections=outline.sections(), stated=stated, first_heading=outline.first_heading)


def _parse(text: str) -> "SyntaxTreeNode":
    from markdown_it.tree import SyntaxTreeNode

    return SyntaxTreeNode(_parser().parse(text))


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin).use(deflist_plugin)


def _add_all(nodes: Sequence["SyntaxTreeNode"], outline: Outline) -> None:
    for node in nodes:
        _add(node, outline)


def _add(node: "SyntaxTreeNode", outline: Outline) -> None:
    match node.type:
        case "heading":
            outline.add_heading(int(node.tag[1]), _inline(node))
        case "paragraph" | "dt":
            outline.add_block("\n".join(clean_line(line) for line in _inline(node).split("\n")))
        case "fence" | "code_block":
            outline.add_block(node.content)
        case "table":
            outline.add_table([[_inline(cell) for cell in row.children] for row in node.walk() if row.type == "tr"])
        case "bullet_list" | "ordered_list":
            _add_list(node, outline)
        case "html_block":
            _add_html(node.content, outline)
        case _:
            _add_all(node.children, outline)


def _add_list(node: "SyntaxTreeNode", outline: Outline) -> None:
    """Add a list as one block, its items on lines of their own; tables and code inside it stand between."""
    lines: list[str] = []
    for item, depth, marker in _items(node, 0):
        prefix = f"{'  ' * depth}{marker} "
        for child in item.children:
            if child.type in {"paragraph", "heading"}:
                lines.append(prefix + clean_line(_inline(child)))
                prefix = "  " * depth + " " * len(marker + " ")
            elif child.type not in {"bullet_list", "ordered_list"}:
                outline.add_block("\n".join(lines))
                lines = []
                _add(child, outline)
    outline.add_block("\n".join(lines))


def _items(node: "SyntaxTreeNode", depth: int) -> list[tuple["SyntaxTreeNode", int, str]]:
    """Return the items of a list and of the lists within, in reading order, with depth and marker."""
    found = []
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
    for item in node.children:
        found.append((item, depth, f"{number}." if node.type == "ordered_list" else "-"))
        number += 1
        for child in item.children:
            if child.type in {"bullet_list", "ordered_list"}:
                found += _items(child, depth + 1)
    return found


def _inline(node: "SyntaxTreeNode") -> str:
    """Return what the reader sees of a paragraph, heading or cell; a wrapped line is one line."""
    return "".join(
        _visible(token)
        for child in node.walk()
        if child.type == "inline" and child.token is not None
        for token in child.token.children or ()
    )


def _visible(token: "Token") -> str:
    match token.type:
        case "text" | "code_inline" | "text_special":
            return token.content
        case "image":
            return token.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "html_inline":
            return "\n" if token.content.lower().startswith("<br") else ""
        case _:
            return ""


def _add_html(content: str, outline: Outline) -> None:
    from knowledge.reading.html import add_fragment

    add_fragment(content, outline)
