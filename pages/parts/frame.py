"""What every page includes for a signed-in user: Back after sign-out, scroll positions, and a few CSS rules that the
theme does not cover."""

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "milevault_frame",
    html="<span hidden></span>\n",
    js=(_HERE / "frame.js").read_text(encoding="utf-8"),
)
_CSS = (_HERE / "frame.css").read_text(encoding="utf-8")


def frame() -> None:
    """Place the component; call it at the foot of the sidebar, where its empty line does not show."""
    _component(key="milevault_frame", data={"css": _CSS})
