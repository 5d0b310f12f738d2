"""Go to another page after a button press, as one step in the browser's history.

`st.switch_page` with parameters adds two steps, so that Back has to be pressed twice.
"""

from typing import NoReturn
from uuid import uuid4

import streamlit as st

from milevault_core.view.parts import text
from pages.parts import rooted

_component = st.components.v2.component(
    "milevault_go",
    html="<span hidden></span>\n",
    js="""\
export default function ({ data }) {
  if (window.milevaultWent === data.once) return;
  window.milevaultWent = data.once;
  if (window.milevaultDone?.()) return; // the user is already going somewhere else: frame.js
  history.pushState({}, "", data.address);
  dispatchEvent(new PopStateEvent("popstate", { state: {} }));
}
""",
)


def go(path: str, **parameters: object) -> NoReturn:
    """Go to an address of this app: `go("/activity", id=7)`. Ends the run."""
    once = uuid4().hex
    _component(key=f"go-{once}", data={"address": rooted.at(text.address(path, parameters)), "once": once})
    st.stop()
