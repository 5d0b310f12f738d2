"""The athlete's history as Strava's bulk export: activities.csv, activity files of three formats, gear, photos."""

import csv
import io
from datetime import UTC, datetime
from typing import IO

from milevault_core.demo import laps, names
from milevault_core.demo.activity import activities
from milevault_core.demo.archive_zip import add, gzipped, open_zip
from milevault_core.demo.athlete import Athlete
from milevault_core.demo.fit_writer import write_activity
from milevault_core.demo.gpx_writer import write_gpx
from milevault_core.demo.made import Activity
from milevault_core.demo.tcx_writer import write_tcx

# Two columns appear twice: the first of each is rounded (kilometres), the second precise (metres).
HEADERS = {
    "en": "Activity ID|Activity Date|Activity Name|Activity Type|Activity Description|Elapsed Time|Distance|"
    "Max Heart Rate|Relative Effort|Commute|Activity Private Note|Activity Gear|Filename|Athlete Weight|Bike Weight|"
    "Elapsed Time|Moving Time|Distance|Max Speed|Average Speed|Elevation Gain|Elevation Loss|Average Heart Rate|"
    "Average Watts|Calories|Media",
    "de": "Aktivitäts-ID|Aktivitätsdatum|Name der Aktivität|Aktivitätstyp|Aktivitätsbeschreibung|Verstrichene Zeit|"
    "Distanz|Max. Herzfrequenz|Relative Leistung|Pendeln|Private Notiz zur Aktivität|Ausrüstung der Aktivität|"
    "Dateiname|Gewicht des Athleten|Gewicht des Fahrrads|Verstrichene Zeit|Bewegungszeit|Distanz|"
    "Höchstgeschwindigkeit|Durchschnittsgeschwindigkeit|Höhenmeter|Höhenverlust|Durchschnittliche Herzfrequenz|"
    "Durchschnittswatt|Kalorien|Medien",
}
_TYPES = {
    "en": {"running": "Run", "cycling": "Ride", "swimming": "Swim", "strength": "Weight Training", "hiking": "Hike"},
    "de": {"running": "Lauf", "cycling": "Radfahrt", "swimming": "Schwimmen", "strength": "Gewichttraining",
           "hiking": "Wanderung"},
}  # fmt: skip
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PHOTO = bytes.fromhex(  # a grey JPEG of 16 x 8
    "ffd8ffe000104a46494600010100000100010000ffdb004300a06e788c7864a08c828cb4aaa0bef0fffff0dcdcf0ffffffff"
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc0000b08000800100101"
    "1100ffc40014000100000000000000000000000000000000ffc40014100100000000000000000000000000000000ffda0008"
    "010100003f000fffd9"
)


def write_strava(
    athlete: Athlete, target: IO[bytes] | str, language: str = "en", start: int = 0, stop: int | None = None
) -> None:
    """Write the archive of activities number `start` up to `stop` to a file or path.

    activities.csv also has two rows without a file, as real exports do: one typed in by hand, and one whose file is
    "#error#".
    """
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEADERS[language].split("|"))
    with open_zip(target) as archive:
        for made in activities(athlete, start, stop):
            name, data = member_of(made)
            add(archive, name, data)
            table.writerow(_row(made, name, language))
        for number, filename in ((1, ""), (2, "#error#")):
            table.writerow(_without_file(athlete, number, filename, language))
        add(archive, "activities.csv", text.getvalue().encode())
        add(archive, "bikes.csv", _gear("Bike", names.BIKES))
        add(archive, "shoes.csv", _gear("Shoe", names.SHOES))
        add(archive, "profile.csv", f"Athlete ID,First Name,Last Name\n1,{athlete.name},\n".encode())
        add(archive, "media/00000000-0000-4000-8000-000000000001.jpg", _PHOTO)


def format_of(made: Activity) -> str:
    """ "gpx", "tcx" or "fit": the format in which the archive holds this activity."""
    number = made.session.number
    if number % 7 == 3 and "lat" in made.columns:
        return "gpx"
    return "tcx" if number % 5 == 1 and made.session.sport in ("running", "cycling") else "fit"


def member_of(made: Activity) -> tuple[str, bytes]:
    """(name in the archive, bytes); the number in the name is the upload's, not the activity's."""
    upload, number = 4_000_000_000 + 31 * made.session.number, made.session.number
    kind = format_of(made)
    if kind == "gpx":
        data = write_gpx(made)
    elif kind == "tcx":
        data = write_tcx(made, spaces=10)
    else:
        data = write_activity(made)
    if kind == "gpx" and number % 2:  # a file uploaded as .gpx may be kept uncompressed
        return f"activities/{upload}.{kind}", data
    return f"activities/{upload}.{kind}.gz", gzipped(data)


def _row(made: Activity, filename: str, language: str) -> list[str]:
    found = laps.totals(made)
    sport = made.session.sport
    metres = made.distance_m

    def number(value: float | None, digits: int = 1) -> str:
        text = "" if value is None else f"{value:.{digits}f}"
        return text.replace(".", ",") if language == "de" else text

    return [
        str(3_000_000_000 + 17 * made.session.number), _date(made.start, language), names.name_of(made),
        _TYPES[language][sport], "Felt good, \"really\"\nsecond line" if made.session.kind == "race" else "",
        str(made.elapsed_s), number(metres / 1000, 2), str(found["max_heart_rate"]), "",
        str(made.session.kind == "commute").lower(), "", names.gear_of(made), filename,
        number(made.athlete.weight_kg), "",
        number(made.elapsed_s), number(made.moving_s), number(metres),
        number(found.get("max_speed", 0) / 1000, 3), number(metres / max(made.moving_s, 1.0), 3),
        number(made.ascent_m), number(made.descent_m), number(float(found["avg_heart_rate"])),
        number(float(found["avg_power"]) if "avg_power" in found else None), number(float(made.calories)),
        "media/00000000-0000-4000-8000-000000000001.jpg" if made.session.number == 5 else "",
    ]  # fmt: skip


def _without_file(athlete: Athlete, number: int, filename: str, language: str) -> list[str]:
    when = int(datetime(athlete.last_day.year, 1, 1, 12, tzinfo=UTC).timestamp()) + number * 3600
    row = [""] * (HEADERS[language].count("|") + 1)
    row[:7] = [str(2_999_999_000 + number), _date(when, language), f"Typed in by hand {number}",
               _TYPES[language]["running"], "", "1800", "5.00" if language == "en" else "5,00"]  # fmt: skip
    row[12] = filename
    return row


def _date(second: int, language: str) -> str:
    """UTC, as Strava writes it: "May 6, 2018, 5:38:31 PM" or "06.05.2018, 17:38:31"."""
    t = datetime.fromtimestamp(second, UTC)
    if language == "de":
        return f"{t.day:02}.{t.month:02}.{t.year}, {t.hour:02}:{t.minute:02}:{t.second:02}"
    half = "AM" if t.hour < 12 else "PM"
    return f"{_MONTHS[t.month - 1]} {t.day}, {t.year}, {t.hour % 12 or 12}:{t.minute:02}:{t.second:02} {half}"


def _gear(kind: str, rows: tuple[tuple[str, str, str], ...]) -> bytes:
    lines = [f"{kind} Name,{kind} Brand,{kind} Model", *(",".join(row) for row in rows)]
    return ("\n".join(lines) + "\n").encode()
