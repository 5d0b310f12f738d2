"""Read and click the design system's parts on a page that ran under AppTest."""

import json
import xml.etree.ElementTree as ElementTree
from typing import Any

from streamlit.components.v2.bidi_component.constants import EVENT_DELIM
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX
from streamlit.testing.v1 import AppTest


def shown_html(app: AppTest) -> dict[str, str]:
    """The HTML of every `parts.show` on a page (including its sidebar and dialogs), by its key, in page order."""
    return {proto.id.split("-", 2)[-1]: json.loads(proto.json)["html"] for proto in _blocks(app)}


def went(app: AppTest) -> str | None:
    """The address that `parts.go` went to."""
    return next((json.loads(proto.json)["address"] for proto in _blocks(app, "milevault_go")), None)


def _blocks(app: AppTest, name: str = "milevault_block") -> list[Any]:
    found = []

    def walk(node) -> None:
        proto = getattr(node, "proto", None)
        if getattr(proto, "component_name", "") == name:
            found.append(proto)
        for child in getattr(node, "children", {}).values():
            walk(child)

    for part in app._tree.children.values():
        walk(part)
    return found


def all_html(app: AppTest) -> str:
    """The HTML of all of them, joined."""
    return "\n".join(shown_html(app).values())


def rows(app: AppTest, key: str = "list") -> list[dict[str, str]]:
    """The rows of a list: cells by label, with name, under and href."""
    html = next((h for k, h in shown_html(app).items() if k == key), "")
    found = []
    for row in ElementTree.fromstring(f"<x>{html}</x>").findall(".//tbody/tr"):
        if row.get("class") == "group":
            continue
        link = row.find(".//a[@class='go']")
        title = row.find(".//span[@class='title']")
        under = row.find(".//span[@class='under']")
        name = link if link is not None else title.find("b")  # type: ignore[union-attr]
        cells = {cell.get("data-label", ""): cell.text or "" for cell in row.findall("td")[1:]}
        found.append(
            cells
            | {
                "name": name.text or "",  # type: ignore[union-attr]
                "under": (under.text or "") if under is not None else "",
                "href": link.get("href", "") if link is not None else "",
            }
        )
    return found


def say(app: AppTest, key: str, word: str) -> AppTest:
    """Click the `<button data-say="…">` with this word in the `parts.show` with this key. All widget state is sent with
    it. A dialog opened by such a click stays open only while each run repeats the click."""
    base = next(proto.id for proto in _blocks(app) if proto.id.split("-", 2)[-1] == key)
    states = app._tree.get_widget_states()
    state = states.widgets.add()
    state.id = f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{base}{EVENT_DELIM}events"
    state.json_trigger_value = json.dumps([{"event": "said", "value": word}])
    return app._run(states)


def choose_row(app: AppTest, key: str, *chosen: int) -> AppTest:
    """Select rows of the `st.dataframe` with this key, as a click does; no rows clears the selection."""
    table = next(one for one in app.dataframe if one.proto.id.endswith(f"-{key}"))
    states = app._tree.get_widget_states()
    state = states.widgets.add()
    state.id = table.proto.id
    state.string_value = json.dumps({"selection": {"rows": list(chosen), "columns": [], "cells": []}})
    return app._run(states)


def press(app: AppTest, key: str) -> AppTest:
    """Click the button whose key starts with `key`."""
    next(button for button in app.button if (button.key or "").startswith(key)).click()
    return app.run()
