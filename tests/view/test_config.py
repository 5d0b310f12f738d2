"""The settings that make Streamlit fast, quiet and private, and a readable theme."""

import tomllib
from pathlib import Path

import pytest

from milevault_core.view import map as map_view
from milevault_core.view.activities import outline
from milevault_core.view.activities.series import COLOURS

ROOT = Path(__file__).resolve().parents[2]
CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
MODES = ("light", "dark")


@pytest.mark.parametrize(
    ("section", "name", "value"),
    [
        ("server", "address", "127.0.0.1"),
        ("server", "fileWatcherType", "none"),
        ("server", "maxMessageSize", 16),
        ("server", "maxWidgetStateSize", 16),
        ("server", "maxUploadSize", 32),
        ("server", "enableXsrfProtection", True),
        ("server", "enableCORS", True),
        ("server", "trustedUserHeaders", {"x-milevault-user": "account"}),
        ("runner", "postScriptGC", False),
        ("runner", "magicEnabled", False),
        ("client", "toolbarMode", "minimal"),
        ("client", "showErrorDetails", "none"),
        ("browser", "gatherUsageStats", False),
    ],
)
def test_setting(section, name, value):
    assert CONFIG[section][name] == value
    assert type(CONFIG[section][name]) is type(value)


def test_streamlit_knows_every_option():
    from streamlit import config

    known = set(config._config_options_template)
    for section, options in CONFIG.items():
        for name, value in options.items():
            if not isinstance(value, dict):
                assert f"{section}.{name}" in known, f"{section}.{name}"


def test_fonts_are_ours_and_their_licence_is_beside_them():
    for face in CONFIG["theme"]["fontFaces"]:
        file = ROOT / "pages" / "static" / face["url"].removeprefix("app/static/")
        assert file.read_bytes()[:4] == b"wOF2"
        assert file.stat().st_size < 60_000
        assert "SIL OPEN FONT LICENSE" in (file.parent / "OFL.txt").read_text()
    assert not [v for v in _values(CONFIG) if isinstance(v, str) and "://" in v], "the look asks nobody else"


def _values(table):
    for value in table.values() if isinstance(table, dict) else table:
        yield from _values(value) if isinstance(value, dict | list) else [value]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio, 1 to 21."""
    a, b = sorted((luminance(one), luminance(other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def test_contrast_itself():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", MODES)
def test_texts_are_readable(mode):
    theme = CONFIG["theme"][mode]
    for ground in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        assert contrast(theme["textColor"], ground) >= 7
        assert contrast(theme["linkColor"], ground) >= 4.5
    assert contrast("#ffffff", theme["primaryColor"]) >= 4.5, "white words on a primary button"
    assert contrast(theme["primaryColor"], theme["backgroundColor"]) >= 3


@pytest.mark.parametrize("mode", MODES)
def test_chart_colours_show_on_both_grounds(mode):
    ground = CONFIG["theme"][mode]["backgroundColor"]
    for colour in (*COLOURS.values(), outline.COLOUR, *CONFIG["theme"][mode]["chartCategoricalColors"]):
        assert contrast(colour, ground) >= 3, colour


def test_ramp_is_sixteen_colours_from_dark_to_light():
    assert len({tuple(c) for c in map_view.RAMP}) == 16
    light = [luminance("#" + "".join(f"{v:02x}" for v in colour)) for colour in map_view.RAMP]
    assert light == sorted(light)
