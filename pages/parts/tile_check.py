"""A note below a map when its background does not load: no internet, or the tile server is down."""

import streamlit as st

_component = st.components.v2.component(
    "milevault_tiles",
    html='<p role="status" hidden></p>\n',
    css="""
p { font-family: var(--st-font); font-size: 0.87rem; margin: 0;
  color: color-mix(in srgb, var(--st-text-color) 68%, var(--st-background-color)); }
""",
    js="""\
// Requests the world tile (zoom 0) at most once a minute per tab; the browser's own log has the reason for a failure.
export default function ({ data, parentElement }) {
  const line = parentElement.querySelector("p");
  const say = (works) => {
    line.hidden = works;
    line.textContent = works ? "" : data.sentence;
  };
  const known = window.milevaultTiles;
  if (known && known.url === data.url && Date.now() - known.at < 60000) return say(known.works);
  const picture = new Image();
  const end = (works) => {
    window.milevaultTiles = { url: data.url, at: Date.now(), works };
    say(works);
  };
  picture.onload = () => end(true);
  picture.onerror = () => end(false);
  picture.src = data.url;
}
""",
)


def tile_check(url: str, key: str) -> None:
    """Check whether tiles load. url: a template with {z}, {x}, {y}."""
    first = url.replace("{z}", "0").replace("{x}", "0").replace("{y}", "0")
    host = url.split("/")[2] if "://" in url else "this server"
    sentence = (
        f"The background of the map cannot be loaded: {host} does not answer. The track is still shown."
    )
    _component(key=f"{key}-tiles", data={"url": first.replace("{s}", "a"), "sentence": sentence})
