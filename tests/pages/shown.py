"""What the parts of the design system show on a page that ran under AppTest."""

import json
import xml.etree.ElementTree as ElementTree

from streamlit.testing.v1 import AppTest


def shown_html(app: AppTest) -> dict[str, str]:
    """The HTML of every `parts.show` on a page (also in its sidebar), by its key, in the order of the page."""
    found: dict[str, str] = {}

    def walk(node) -> None:
        proto = getattr(node, "proto", None)
        if getattr(proto, "component_name", "") == "milevault_block":
            found[proto.id.split("-", 2)[-1]] = json.loads(proto.json)["html"]
        for child in getattr(node, "children", {}).values():
            walk(child)

    walk(app.main)
    walk(app.sidebar)
    return found


def all_html(app: AppTest) -> str:
    """All of it in one."""
    return "\n".join(shown_html(app).values())


def rows(app: AppTest, key: str = "list") -> list[dict[str, str]]:
    """The rows of a list of things: its cells by their labels, with name, under and href."""
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
