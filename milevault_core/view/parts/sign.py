"""MileVault's logo: a track that climbs inside a round vault door. As a favicon, and with the name next to it."""

ORANGE = "#c2410c"
_DOOR = (
    '<rect x="2" y="2" width="60" height="60" rx="17" fill="{ground}"/>'
    '<circle cx="32" cy="32" r="21.5" fill="none" stroke="{line}" stroke-opacity=".38" stroke-width="3"/>'
    '<path d="M15 43 L26 27.5 L33.5 37 L46 19" fill="none" stroke="{line}" stroke-width="5.5" '
    'stroke-linecap="round" stroke-linejoin="round"/><circle cx="47.5" cy="17.5" r="4.6" fill="{line}"/>'
)


def favicon() -> str:
    """The logo alone, as SVG of 64 by 64."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64">'
        + _DOOR.format(ground=ORANGE, line="#ffffff")
        + "</svg>"
    )


def wordmark(ink: str) -> str:
    """Logo and name, 182 by 40; `ink` is the colour of the letters."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 182 40" width="182" height="40" role="img" '
        'aria-label="MileVault"><g transform="translate(2 2) scale(.5625)">'
        + _DOOR.format(ground=ORANGE, line="#ffffff")
        + '</g><text x="48" y="27.5" font-family="Inter, system-ui, -apple-system, Segoe UI, Roboto, sans-serif" '
        f'font-size="21" letter-spacing="-.4" fill="{ink}"><tspan font-weight="400">Mile</tspan>'
        '<tspan font-weight="700">Vault</tspan></text></svg>'
    )
