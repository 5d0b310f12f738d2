"""Downloads of an activity as it is shown: GPX, TCX, CSV, and a picture to share."""

from typing import Any

import pandas as pd
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from milevault_core.accounts.account import Account
from milevault_core.store.queries import activities
from milevault_core.track import apart
from milevault_core.view.texts import activity_name
from milevault_core.web import cookies
from milevault_core.web.files import NOT_FOUND, attachment, download, from_title

_TYPES = {
    "gpx": "application/gpx+xml",
    "tcx": "application/vnd.garmin.tcx+xml",
    "csv": "text/csv",
    "png": "image/png",
}


def activity_file(request: Request) -> Response:
    """/files/activity/42.gpx, and the other types of `_TYPES`."""
    account = cookies.signed_in(request)
    if account is None:
        return PlainTextResponse("Sign in first.", 401)
    activity_id, kind = request.path_params["id"], request.path_params["kind"]
    known = activity_id < 2**31 and kind in _TYPES
    made = written(account, activity_id, kind) if known else None
    if made is None:
        return PlainTextResponse(NOT_FOUND, 404)
    name, data = made
    return download(data, _TYPES[kind], attachment(from_title(f"{name}.{kind}"), f"activity.{kind}"))


def written(account: Account, activity_id: int, kind: str) -> tuple[str, bytes] | None:
    """(name, bytes) of an activity of this user as a file; None if there is none, or the format cannot hold it."""
    row = activities.one(account.id, activity_id)
    if row is None:
        return None
    zone = row["time_zone"] or row["utc_offset_s"]
    name = activity_name(row["name"], row["sport"], row["start_time"], zone)
    points = activities.track(account.id, activity_id)
    match kind:
        case "gpx":
            from milevault_core.formats.write_gpx import write_gpx

            try:
                return name, write_gpx(points, name=name, sport=row["sport"], figures=row)
            except ValueError:
                return None
        case "tcx":
            from milevault_core.formats.write_tcx import write_tcx

            laps = activities.laps(account.id, activity_id)
            return name, write_tcx(
                points, laps, row["sport"], row["start_time"].to_pydatetime(), row, row["description"]
            )
        case "csv":
            from milevault_core.formats.write_csv import write_csv

            found = activities.channels(account.id, activity_id)
            more = {f"{c.name} {c.developer}".strip(): activities.channel(account.id, activity_id, c.name, c.developer)
                    for c in found.itertuples()}  # fmt: skip
            return name, write_csv(points, {k: v for k, v in more.items() if len(v) == len(points)})
    return name, _picture(account, name, row, points)


def _picture(account: Account, name: str, row: dict[str, Any], points: pd.DataFrame) -> bytes:
    from milevault_core.view import format as fmt
    from milevault_core.view.activities import activity as view
    from milevault_core.view.activities.share_picture import picture

    figures = [f for f in view.figures(row, fmt.units(account.units)) if f[0] != "Elapsed"]
    lat, lon, altitude = (points[column].to_numpy(dtype=float) for column in ("lat", "lon", "altitude"))
    return picture(name, view.subtitle(row), figures, lat, lon, altitude, apart(points))
