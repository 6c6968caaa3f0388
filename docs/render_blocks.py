"""Draw Slack messages and modals as a web page, for pictures in the documentation.

Reads JSON from standard input, a list of messages {"from", "text", "blocks", "files", "picture"}, modals
{"modal": view} and Home tabs {"home": view}, and writes HTML to standard output:
    python docs/render_blocks.py < messages.json > page.html
It knows the blocks Attaché sends, and draws them near enough to Slack; an unknown one is an error.
"""

import json
import sys
from collections.abc import Mapping
from html import escape
from typing import Any

Part = dict[str, Any]

STYLE = """
body { margin: 0; background: #fff; font: 15px/1.46 Lato, "Helvetica Neue", Arial, sans-serif; color: #1d1c1d; }
main { width: 720px; padding: 20px 24px; }
article { display: grid; grid-template-columns: 36px 1fr; gap: 0 10px; margin-bottom: 18px; }
.face { width: 36px; height: 36px; border-radius: 6px; color: #fff; font-weight: 700; text-align: center;
  line-height: 36px; background: #5b6b7d; }
.app .face { background: #1f3a5f; }
.name { font-weight: 900; }
.badge { font-size: 10px; font-weight: 700; color: #616061; background: #e8e8e8; border-radius: 2px;
  padding: 1px 3px; margin-left: 5px; }
.block { margin: 4px 0; white-space: pre-wrap; }
blockquote { margin: 4px 0; padding-left: 14px; border-left: 4px solid #ddd; white-space: pre-wrap; }
.context { color: #616061; font-size: 13px; }
a { color: #1264a3; text-decoration: none; }
button { font: 700 13px Lato, Arial, sans-serif; color: #1d1c1d; background: #fff; border: 1px solid #bbb;
  border-radius: 4px; padding: 5px 11px; margin: 4px 8px 4px 0; }
.quiet button { border-color: #ddd; font-weight: 400; color: #616061; padding: 3px 10px; }
.field { border: 1px solid #bbb; border-radius: 4px; padding: 5px 10px; min-height: 20px; }
button.danger { color: #e01e5a; border-color: #e01e5a; }
button.primary { color: #fff; background: #007a5a; border-color: #007a5a; }
.file { display: inline-block; border: 1px solid #ddd; border-radius: 8px; padding: 8px 14px; margin: 4px 8px 4px 0;
  font-weight: 700; }
.picture { width: 100%; border: 1px solid #ddd; border-radius: 8px; margin-top: 6px; }
.select { display: inline-block; min-width: 120px; border: 1px solid #bbb; border-radius: 4px; padding: 4px 10px;
  margin: 4px 8px 4px 0; font-size: 13px; }
.select::after { content: "▾"; float: right; margin-left: 12px; color: #616061; }
.hint { color: #616061; font-size: 13px; }
.modal { border: 1px solid #bbb; border-radius: 8px; padding: 4px 20px 14px; margin-bottom: 18px;
  box-shadow: 0 4px 14px rgb(0 0 0 / 18%); }
.modal h1 { font-size: 20px; margin: 8px 0 10px; }
.modal footer { text-align: right; border-top: 1px solid #eee; padding-top: 8px; margin-top: 10px; }
.modal footer button { margin: 0 0 0 8px; }
table { border-collapse: collapse; }
td { border: 1px solid #ddd; padding: 2px 8px; vertical-align: top; }
h2 { font-size: 18px; margin: 10px 0 2px; }
ul { margin: 4px 0; }
pre { margin: 4px 0; padding: 8px; border: 1px solid #ddd; border-radius: 4px; background: #f8f8f8;
  font: 12px/1.5 Monaco, Menlo, Consolas, monospace; }
"""


def page(messages: list[Part], names: Mapping[str, str] | None = None) -> str:
    """Return a page of these messages and modals; `names` of people by their Slack ids."""
    body = "".join(map(_part, messages))
    for user, name in (names or {}).items():
        body = body.replace(f">@{escape(user)}</a>", f">@{escape(name)}</a>")
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style><main>{body}</main>'


def _part(part: Part) -> str:
    if "home" in part:
        return f'<section class="modal">{"".join(map(_block, part["home"]["blocks"]))}</section>'
    return _modal(part["modal"]) if "modal" in part else _message(part)


def _message(message: Part) -> str:
    name = message["from"]
    is_app = bool(message.get("blocks"))
    blocks = "".join(_block(block) for block in message["blocks"]) if is_app else _paragraph(message["text"])
    files = "".join(f'<div class="file">{escape(file)}</div>' for file in message.get("files", ()))
    if "picture" in message:
        alt = escape(message["alt"])
        files += f'<img class="picture" alt="{alt}" src="data:image/png;base64,{message["picture"]}">'
    badge = '<span class="badge">APP</span>' if is_app else ""
    return (
        f'<article class="{"app" if is_app else "person"}"><div class="face">{escape(name[0])}</div>'
        f'<div><span class="name">{escape(name)}</span>{badge}{blocks}{files}</div></article>'
    )


def _modal(view: Part) -> str:
    blocks = "".join(_block(block) for block in view["blocks"])
    styles = {"close": "", "submit": "primary"}
    feet = "".join(_button(view[foot], style) for foot, style in styles.items() if view.get(foot))
    return f'<section class="modal"><h1>{escape(view["title"]["text"])}</h1>{blocks}<footer>{feet}</footer></section>'


def _block(block: Part) -> str:
    match block["type"]:
        case "rich_text":
            return "".join(_rich(part) for part in block["elements"])
        case "actions":
            return f'<div class="block">{"".join(map(_pressable, block["elements"]))}</div>'
        case "input":
            hint = f'<div class="hint">{escape(block["hint"]["text"])}</div>' if "hint" in block else ""
            return f'<div class="block"><b>{escape(block["label"]["text"])}</b>{_field(block["element"])}{hint}</div>'
        case "context_actions":
            sides = [
                part[side]["text"] for part in block["elements"] for side in ("positive_button", "negative_button")
            ]
            return f'<div class="block quiet">{"".join(_button(side) for side in sides)}</div>'
        case "context":
            words = " ".join(escape(part["text"]) for part in block["elements"])
            return f'<div class="block context">{words}</div>'
        case "header" | "table" as kind:
            return _table(block) if kind == "table" else f"<h2>{escape(block['text']['text'])}</h2>"
        case kind:
            raise ValueError(f"no drawing for a block of type {kind}")


def _table(block: Part) -> str:
    rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in block["rows"])
    return f'<table class="block">{rows}</table>'


def _cell(cell: Part) -> str:
    return f"<td>{''.join(_rich(part) for part in cell['elements'])}</td>"


def _rich(part: Part) -> str:
    match part["type"]:
        case "rich_text_section":
            return f'<div class="block">{_inline(part)}</div>'
        case "rich_text_quote":
            return f"<blockquote>{_inline(part)}</blockquote>"
        case "rich_text_preformatted":
            return f"<pre>{_inline(part)}</pre>"
        case "rich_text_list":
            return f"<ul>{''.join(f'<li>{_inline(item)}</li>' for item in part['elements'])}</ul>"
        case kind:
            raise ValueError(f"no drawing for rich text of type {kind}")


def _inline(part: Part) -> str:
    return "".join(_leaf(leaf) for leaf in part["elements"])


def _leaf(leaf: Part) -> str:
    if leaf["type"] == "user":
        return f'<a href="#">@{escape(leaf["user_id"])}</a>'
    words = escape(leaf["text"])
    if leaf["type"] == "link":
        return f'<a href="{escape(leaf["url"])}">{words}</a>'
    return f"<b>{words}</b>" if leaf.get("style", {}).get("bold") else words


def _paragraph(text: str) -> str:
    return f'<div class="block">{escape(text)}</div>'


def _pressable(element: Part) -> str:
    if element["type"] == "static_select":
        return f'<span class="select">{escape(_chosen(element))}</span>'
    return _button(element["text"], element.get("style", ""))


def _field(element: Part) -> str:
    return f'<div class="field">{escape(_chosen(element))}</div>'


def _chosen(element: Part) -> str:
    """What stands in a field or a select before anybody touches it."""
    option = element.get("initial_option")
    written = option["text"]["text"] if option else element.get("initial_value") or element.get("initial_date")
    return str(written or element.get("placeholder", {}).get("text", ""))


def _button(text: Part, style: str = "") -> str:
    return f'<button class="{style}">{escape(text["text"])}</button>'


if __name__ == "__main__":
    sys.stdout.write(page(json.load(sys.stdin)))
