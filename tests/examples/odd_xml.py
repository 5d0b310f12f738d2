"""GPX and TCX as phones, web sites and converters really write them, and as dying batteries leave them."""

from datetime import timedelta

from tests.builders.gpx import START, gpx, points
from tests.builders.gpx import track as trk
from tests.builders.tcx import activity, lap, tcx, with_distance
from tests.examples.register import example

HOUR = timedelta(hours=1)


def times(pattern: str, n: int = 60, shift_h: int = 0) -> list[dict]:
    return [p | {"time": (p["time"] + shift_h * HOUR).strftime(pattern)} for p in points(n)]


@example
def gpx_times_with_decimal_comma():
    return gpx(trk(times("%Y-%m-%dT%H:%M:%S,500Z")))


@example
def gpx_times_without_zone():
    return gpx(trk(times("%Y-%m-%d %H:%M:%S")))


@example
def gpx_times_with_offset_without_colon():
    return gpx(trk(times("%Y-%m-%dT%H:%M:%S+0200", shift_h=2)))


@example
def gpx_times_with_zone_in_words():
    return gpx(trk(times("%Y/%m/%d %H:%M:%S UTC")))


@example
def gpx_times_with_two_zones():
    return gpx(trk(times("%Y-%m-%dT%H:%M:%S+00:00Z")))


@example
def gpx_times_unpadded():
    return gpx(trk(times("%Y-%-m-%-dT%-H:%-M:%-SZ")))


@example
def gpx_times_of_unix():
    return gpx(trk([p | {"time": f"{int(p['time'].timestamp()) * 1000}"} for p in points(60)]))


@example
def gpx_times_dates_only():
    return gpx(trk(times("%Y-%m-%d")))


@example
def gpx_10_speed_and_course():
    text = gpx(trk(points(60)), version="1.0", creator="OsmAnd")
    return text.replace("</ele>", "</ele><course>12.5</course><speed>3.0</speed>")


@example
def gpx_tpx_of_ns3():
    text = gpx(trk([p | {"power": 250} for p in points(60)], extensions="cluetrust"))
    return text.replace("<c:power>", "<ns3:TPX xmlns:ns3='urn:any'><ns3:Watts>").replace(
        "</c:power>", "</ns3:Watts></ns3:TPX>"
    )


@example
def gpx_prefixed_throughout():
    text = gpx(trk(points(60))).replace("<g:", "<").replace("</g:", "</").replace("<?", "\0")
    text = text.replace("</", "\1").replace("<", "<ns2:").replace("\1", "</ns2:").replace("\0", "<?")
    return text.replace("xmlns=", "xmlns:ns2=")


@example
def gpx_without_namespace():
    return gpx(trk(points(60))).replace('xmlns="http://www.topografix.com/GPX/1/1"', "")


@example
def gpx_extensions_on_the_segment():
    return gpx(trk(points(60))).replace("</trkseg>", "<extensions><lap>1</lap></extensions></trkseg>")


@example
def gpx_decimal_commas():
    p = [q | {k: f"{q[k]:.9f}".replace(".", ",") for k in ("lat", "lon")} for q in points(60)]
    return gpx(trk(p))


@example
def gpx_positions_as_elements():
    text = gpx(trk([{k: v for k, v in p.items() if k not in ("lat", "lon")} for p in points(60)]))
    for p in points(60):
        text = text.replace("<trkpt>", f"<trkpt ><lat>{p['lat']:.9f}</lat><lon>{p['lon']:.9f}</lon>", 1)
    return text


@example
def gpx_segment_without_track():
    text = gpx(trk(points(60)))
    return text[: text.index("<trk>")] + text[text.index("<trkseg>") :].replace("</trk>", "")


@example
def gpx_sport_in_the_name():
    text = gpx(trk(points(60), name="Cycling 5/1/24 7:00 am"), creator="Runkeeper - http://www.runkeeper.com")
    return text.replace("<type>running</type>", "")


@example
def gpx_one_after_another():
    return gpx(trk(points(60))) + gpx(trk(points(30, start=START + timedelta(days=1)), type="cycling"))


@example
def gpx_with_a_tail():
    return gpx(trk(points(60))) + "\0\0\0 and then some"


@example
def gpx_after_a_warning():
    return "Notice: undefined index in export.php on line 7\n" + gpx(trk(points(60)))


@example
def gpx_two_byte_order_marks():
    return "\ufeff\ufeff" + gpx(trk(points(60)))


@example
def gpx_entities_of_html():
    return gpx(trk(points(60), name="Tom &amp; Jerry")).replace(
        "Tom &amp; Jerry", "Tom & Jerry&nbsp;&copy;\x0b&#0;"
    )


@example
def gpx_spoilt_in_the_middle():
    text = gpx(trk(points(60)))
    at = text.index("<trkpt", len(text) // 2)
    return text[: at + 9] + '\0"<<' + text[at + 20 :]


@example
def gpx_tag_spoilt():
    text = gpx(trk(points(60)))
    at = text.index("</trkpt>", len(text) // 2)
    return text[: at + 3] + "Q" + text[at + 4 :]


@example
def gpx_cut_within_a_letter():
    return gpx(trk(points(60), name="Zürich")).encode()[:6000] + "ü".encode()[:1]


@example
def gpx_zwift_by_strava():
    return gpx(trk(points(60), name="Zwift - Watopia", type="17"), creator="StravaGPX")


@example
def gpx_rouvy():
    return gpx(trk(points(60), name="Stelvio", type="cycling"), creator="ROUVY")


@example
def tcx_without_namespaces():
    text = tcx(activity(lap(with_distance(points(60)))))
    begin, end = text.index("<TrainingCenterDatabase") + 23, text.index("<Activities>") - 1
    return (text[:begin] + text[end:]).replace("x:", "ns3:")


@example
def tcx_decimal_commas():
    text = tcx(activity(lap(with_distance(points(60)))))
    for tag in ("LatitudeDegrees", "LongitudeDegrees", "DistanceMeters", "AltitudeMeters"):
        parts = text.split(f"<{tag}>")
        text = f"<{tag}>".join([parts[0], *(p.replace(".", ",", 1) for p in parts[1:])])
    return text


@example
def tcx_without_creator_and_track():
    text = tcx(activity(lap(with_distance(points(60)))))
    text = text.replace("<Track>", "").replace("</Track>", "")
    return text[: text.index("<Creator")] + text[text.index("</Creator>") + 10 :]


@example
def tcx_empty_trackpoints():
    text = tcx(activity(lap(with_distance(points(60)))))
    return text.replace("<Track>", "<Track><Trackpoint/><Trackpoint></Trackpoint>")


@example
def tcx_lap_without_track():
    p = with_distance(points(60))
    return tcx(activity(lap(p), lap([], seconds=10, metres=0, start="2024-05-01T07:01:00Z")))


@example
def tcx_heart_rate_without_value():
    text = tcx(activity(lap(with_distance(points(60)))))
    return text.replace("<HeartRateBpm><Value>", "<HeartRateBpm>").replace(
        "</Value></HeartRateBpm>", "</HeartRateBpm>"
    )


@example
def tcx_version_1():
    body = lap(with_distance(points(60)))
    return (
        '<?xml version="1.0"?><TrainingCenterDatabase '
        'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v1" xmlns:x="urn:x"><History>'
        f'<Running Name="Running"/><Biking Name="Biking"><Run>{body}</Run></Biking></History>'
        "</TrainingCenterDatabase>"
    )


@example
def tcx_cut_off():
    p = with_distance(points(120))
    text = tcx(activity(lap(p[:60]), lap(p[60:])))
    return text[: text.rindex("<Trackpoint>") + 40]


@example
def tcx_one_after_another():
    p = with_distance(points(60))
    later = [q | {"time": q["time"] + 24 * HOUR} for q in p]
    return tcx(activity(lap(p))) + tcx(activity(lap(later), sport="Biking"))


@example
def tcx_bare_ampersand():
    return tcx(activity(lap(with_distance(points(60))))).replace("A note", "Tom & Jerry")


@example
def tcx_of_a_virtual_ride():
    return tcx(activity(lap(with_distance(points(60))), sport="Biking", device="MyWhoosh"))
