"""The shape of each block element: buttons, selects, inputs, feedback.

Sources: docs.slack.dev/reference/block-kit/block-elements and slack_sdk.models.blocks.block_elements; an element
that is not written down here is refused.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tests.workspace.blocks import Fields, options_of
from tests.workspace.text_shapes import TextCheck

SELECTS = frozenset(
    {
        "static_select",
        "multi_static_select",
        "users_select",
        "multi_users_select",
        "conversations_select",
        "channels_select",
        "external_select",
    }
)
CHOICES = frozenset({"checkboxes", "radio_buttons"})
SINGLE_SELECTS = SELECTS - {"multi_static_select", "multi_users_select"}
SECTION_ACCESSORIES = frozenset({"button", "overflow", "image", "datepicker"}) | SELECTS | CHOICES
ACTIONS_ELEMENTS = frozenset({"button", "overflow", "datepicker"}) | SINGLE_SELECTS | CHOICES
CONTEXT_ACTIONS_ELEMENTS = frozenset({"feedback_buttons", "icon_button"})
TEXT_INPUTS = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})
INPUT_ELEMENTS = frozenset({"file_input", "datepicker"}) | TEXT_INPUTS | SELECTS | CHOICES


class ElementCheck(TextCheck):
    """Adds block elements to the text checks."""

    def element(self, element: Any, at: str, allowed: Collection[str]) -> None:
        kind = element.get("type") if isinstance(element, dict) else None
        if not isinstance(kind, str) or kind not in allowed:
            self.add(f"unsupported element: {kind}", f"{at}/type")
            return
        if kind == "image":
            self.image(element, at)
            return
        if "action_id" in element:
            self.string(element["action_id"], f"{at}/action_id", 255)
        if "confirm" in element:
            self._confirm(element["confirm"], f"{at}/confirm")
        fields = {key: value for key, value in element.items() if key not in {"type", "action_id", "confirm"}}
        if kind in TEXT_INPUTS:
            self._text_input(kind, fields, at)
        elif kind in SELECTS:
            self._select(kind, fields, at)
        elif kind in CHOICES:
            self._choices(kind, fields, at)
        else:
            getattr(self, f"_{kind}_element")(fields, at)

    def image(self, image: Fields, at: str) -> None:
        self.no_others(image, {"type", "image_url", "alt_text", "title"}, at)
        self.url(image.get("image_url"), f"{at}/image_url")
        self.string(image.get("alt_text"), f"{at}/alt_text", 2000)

    def _confirm(self, confirm: Any, at: str) -> None:
        if not isinstance(confirm, dict):
            self.add("must provide an object", at)
            return
        self.no_others(confirm, {"title", "text", "confirm", "deny", "style"}, at)
        self.plain_text(confirm.get("title"), f"{at}/title", 100)
        self.text(confirm.get("text"), f"{at}/text", 300)
        self.plain_text(confirm.get("confirm"), f"{at}/confirm", 30)
        self.plain_text(confirm.get("deny"), f"{at}/deny", 30)

    def _button_element(self, button: Fields, at: str) -> None:
        self.no_others(button, {"text", "value", "url", "style", "accessibility_label"}, at)
        self.plain_text(button.get("text"), f"{at}/text", 75)
        if "value" in button:
            self.string(button["value"], f"{at}/value", 2000)
        if "url" in button:
            self.url(button["url"], f"{at}/url")
        if button.get("style", "primary") not in ("primary", "danger"):
            self.add("style must be primary or danger", f"{at}/style")
        if "accessibility_label" in button:
            self.string(button["accessibility_label"], f"{at}/accessibility_label", 75)

    def _feedback_buttons_element(self, feedback: Fields, at: str) -> None:
        self.no_others(feedback, {"positive_button", "negative_button"}, at)
        for side in ("positive_button", "negative_button"):
            button, where = feedback.get(side), f"{at}/{side}"
            if not isinstance(button, dict):
                self.add("missing required field", where)
                continue
            self.no_others(button, {"text", "value", "accessibility_label"}, where)
            self.plain_text(button.get("text"), f"{where}/text", 75)
            self.string(button.get("value"), f"{where}/value", 2000)
            if "accessibility_label" in button:
                self.string(button["accessibility_label"], f"{where}/accessibility_label", 75)

    def _icon_button_element(self, button: Fields, at: str) -> None:
        self.no_others(button, {"icon", "text", "value", "accessibility_label", "visible_to_user_ids"}, at)
        if button.get("icon") != "trash":
            self.add("unknown icon", f"{at}/icon")
        self.plain_text(button.get("text"), f"{at}/text", 75)
        if "value" in button:
            self.string(button["value"], f"{at}/value", 2000)
        self.array(button, "visible_to_user_ids", at, 10, required=False)

    def _overflow_element(self, overflow: Fields, at: str) -> None:
        self.no_others(overflow, {"options"}, at)
        options = self.array(overflow, "options", at, 5)
        if len(options) == 1:
            self.add("no fewer than 2 items allowed", f"{at}/options")
        self._options(options, f"{at}/options")

    def _datepicker_element(self, picker: Fields, at: str) -> None:
        self.no_others(picker, {"initial_date", "placeholder", "focus_on_load"}, at)
        self._placeholder(picker, at)

    def _file_input_element(self, element: Fields, at: str) -> None:
        self.no_others(element, {"filetypes", "max_files"}, at)
        self.whole(element.get("max_files", 10), f"{at}/max_files", 1, 10)

    def _text_input(self, kind: str, element: Fields, at: str) -> None:
        known = {"placeholder", "initial_value", "focus_on_load"}
        if kind == "plain_text_input":
            known |= {"multiline", "min_length", "max_length"}
            self.whole(element.get("max_length", 3000), f"{at}/max_length", 1, 3000)
            self.whole(element.get("min_length", 0), f"{at}/min_length", 0, 3000)
        elif kind == "number_input":
            known |= {"is_decimal_allowed", "min_value", "max_value"}
            if not isinstance(element.get("is_decimal_allowed"), bool):
                self.add("missing required field: is_decimal_allowed", at)
        self.no_others(element, known, at)
        self._placeholder(element, at)
        if "initial_value" in element:
            self.string(element["initial_value"], f"{at}/initial_value", 3000, least=0)

    def _select(self, kind: str, element: Fields, at: str) -> None:
        known = {"placeholder", "focus_on_load"}
        if kind.startswith("multi_"):
            known.add("max_selected_items")
        if kind.endswith("static_select"):
            known |= {"options", "option_groups", "initial_option", "initial_options"}
            self._static_options(element, at)
        elif kind == "external_select":
            known |= {"initial_option", "min_query_length"}
            self.whole(element.get("min_query_length", 3), f"{at}/min_query_length", 0, 255)
            self._options([element[key] for key in ("initial_option",) if key in element], f"{at}/initial_option")
        else:
            noun = kind.removeprefix("multi_").removesuffix("s_select")
            known |= {f"initial_{noun}", f"initial_{noun}s"}
            if kind == "conversations_select":
                known.add("filter")
                self._filter(element.get("filter", {"include": ["im"]}), f"{at}/filter")
        self.no_others(element, known, at)
        self._placeholder(element, at)

    def _filter(self, chosen: Any, at: str) -> None:
        """docs.slack.dev/reference/block-kit/composition-objects/conversation-filter-object"""
        if not isinstance(chosen, dict) or not chosen:
            self.add("must provide an object that is not empty", at)
            return
        self.no_others(chosen, {"include", "exclude_external_shared_channels", "exclude_bot_users"}, at)
        kinds = {"im", "mpim", "private", "public"}
        for kind in self.array(chosen, "include", at, len(kinds), required=False):
            if kind not in kinds:
                self.add(f"unknown sort of conversation: {kind}", f"{at}/include")

    def _static_options(self, element: Fields, at: str) -> None:
        if ("options" in element) == ("option_groups" in element):
            self.add("must provide either options or option_groups", at)
        if "options" in element:
            self._options(self.array(element, "options", at, 100), f"{at}/options")
        for index, group in enumerate(self.array(element, "option_groups", at, 100, required=False)):
            where = f"{at}/option_groups/{index}"
            if not isinstance(group, dict):
                self.add("must provide an object", where)
                continue
            self.plain_text(group.get("label"), f"{where}/label", 75)
            self._options(self.array(group, "options", where, 100), f"{where}/options")
        if "initial_option" in element and element["initial_option"] not in options_of(element):
            self.add("initial_option must be one of the options", f"{at}/initial_option")

    def _choices(self, kind: str, element: Fields, at: str) -> None:
        initial = "initial_options" if kind == "checkboxes" else "initial_option"
        self.no_others(element, {"options", "focus_on_load", initial}, at)
        self._options(self.array(element, "options", at, 10), f"{at}/options")

    def _options(self, options: list[Any], at: str) -> None:
        for index, option in enumerate(options):
            where = f"{at}/{index}"
            if not isinstance(option, dict):
                self.add("must provide an object", where)
                continue
            self.no_others(option, {"text", "value", "description", "url"}, where)
            self.text(option.get("text"), f"{where}/text", 75)
            self.string(option.get("value"), f"{where}/value", 150)
            if "description" in option:
                self.text(option["description"], f"{where}/description", 75)

    def _placeholder(self, element: Fields, at: str) -> None:
        if "placeholder" in element:
            self.plain_text(element["placeholder"], f"{at}/placeholder", 150)
