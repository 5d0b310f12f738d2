"""The choice of theme (light, dark, or the system's), stored in this browser for all pages. web/first_page.py passes it
to Streamlit."""

import streamlit as st

_component = st.components.v2.component(
    "milevault_theme",
    html="""\
<fieldset><legend>Theme</legend>
<label><input type="radio" name="theme" value="System"> Same as the system</label>
<label><input type="radio" name="theme" value="Light"> Light</label>
<label><input type="radio" name="theme" value="Dark"> Dark</label></fieldset>
""",
    css="""\
fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.4rem 1.2rem;
  font-family: var(--st-font); color: var(--st-text-color); font-size: 0.95rem; }
legend { padding: 0; margin-bottom: 0.35rem; font-size: 0.87rem; }
label { display: flex; align-items: center; gap: 0.4rem; cursor: pointer; }
input { accent-color: var(--st-primary-color); margin: 0; }
""",
    js="""\
export default function ({ parentElement }) {
  const chosen = localStorage.getItem("milevault-theme") || "System";
  for (const input of parentElement.querySelectorAll("input")) {
    input.checked = input.value === chosen;
    input.onchange = () => {
      if (input.value === "System") localStorage.removeItem("milevault-theme");
      else localStorage.setItem("milevault-theme", input.value);
      location.reload();
    };
  }
}
""",
)


def theme_choice() -> None:
    """Show the choice. It takes effect at once, because the page reloads."""
    _component(key="milevault_theme")
