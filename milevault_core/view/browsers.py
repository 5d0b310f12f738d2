"""What a browser calls itself, as a person would name it."""

import re

_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip
# The order matters: each of these browsers also names the later ones in its user agent.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("HeadlessChrome", "Chrome"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip


def name(user_agent: str) -> str:
    """ "Firefox on Windows"; "Unknown browser" if it is not recognised."""
    browser = next((name for mark, name in _BROWSERS if re.search(rf"\b{mark}\w*/", user_agent)), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if not browser:
        return f"A browser on {system}" if system else "Unknown browser"
    return f"{browser} on {system}" if system else browser
