"""Parts of the FIT reader on their own: checksum, the two ways to decode, fields, devices."""

import numpy as np
import pytest

from milevault_core.formats import Channel, fit
from milevault_core.formats.fit import columns, devices, fields
from milevault_core.formats.fit.components import roll_up
from milevault_core.formats.fit.crc import PERIOD, crc16
from milevault_core.formats.fit.points import MAX_CHANNELS, bounded, left_share
from milevault_core.formats.fit.times import to_datetime
from tests.builders import fit as build
from tests.builders.fit import START, Writer, activity, file_id
from tests.formats.test_fit_oracles import BUILT
from tests.samples import sample_files


def test_checksum_of_the_catalogue():
    assert crc16(b"123456789") == 0xBB3D  # CRC-16/ARC's check value
    assert crc16(b"") == 0


@pytest.mark.parametrize("size", [1, 2, 4095, 4096, 4097, PERIOD - 1, PERIOD, PERIOD + 1, 3 * PERIOD + 17])
def test_checksum_equals_the_one_bit_by_bit(size):
    data = np.random.default_rng(size).integers(0, 256, size, np.uint8).tobytes()
    assert crc16(data) == build.crc16(data)
    assert crc16(data + crc16(data).to_bytes(2, "little")) == 0


EVIL = (
    file_id(Writer())
    .add(20, (3, "uint8", 90), (5, "uint64", 2**60), (7, "float32", float("inf")), (39, "uint16", [1, None]))
    .add(20, (3, "uint8", [91, 92]), (5, "uint64", None), (7, "float32", 1.5), (39, "uint16", [None, 65534]))
    .add(20, (3, "string", "x"), (8, "byte", [255, 255, 255]), (30, "sint64", -5), (200, "string", b"\0"))
    .file()
)
SMALL_SAMPLES = [p for p in sample_files(".fit") if p.stat().st_size < 60_000]


@pytest.mark.parametrize(
    "data", [*BUILT.values(), EVIL, *SMALL_SAMPLES], ids=[*BUILT, "evil", *[p.name for p in SMALL_SAMPLES]]
)
@pytest.mark.parametrize(("few", "some"), [(10**9, 10**9), (0, 10**9), (100, 1000)])
def test_few_some_and_many_messages_are_decoded_alike(data, few, some, monkeypatch):
    data = data if isinstance(data, bytes) else data.read_bytes()
    monkeypatch.setattr(columns, "SOME", 0)
    by_numpy = fit.decode_all(data)
    monkeypatch.setattr(columns, "FEW", few)
    monkeypatch.setattr(columns, "SOME", some)
    by_struct = fit.decode_all(data)
    assert by_numpy.keys() == by_struct.keys()
    for number, mine in by_numpy.items():
        other = by_struct[number]
        assert mine.keys() == other.keys()
        for name, values in mine.items():
            assert values.dtype == other[name].dtype, name
            np.testing.assert_array_equal(values, other[name], err_msg=f"{number} {name}")


def test_decode_gives_tables_of_the_kinds_asked_for():
    tables = fit.decode(activity(5).file(), 20, 18, 999)
    assert tables.keys() == {20, 18}
    assert tables[20].get("heart_rate").tolist() == [120, 121, 122, 123, 124]
    assert tables[18].rows()[0]["total_distance"] == 12.0


def test_fields_are_spelt_out_once():
    for number, (name, known) in fields.MESSAGES.items():
        names = [entry if isinstance(entry, str) else entry[0] for entry in known.values()]
        assert len(set(names)) == len(names), name
        assert fields.describe(number)[0] == name
    assert fields.describe(20)[1][2] == ("altitude", 5, 500, False)
    assert fields.describe(132)[1][6] == ("filtered_bpm", 1, 0, True)
    assert fields.describe(65_000) == ("message_65000", {253: ("timestamp", 1, 0, False)})


UNDOCUMENTED = {140}  # written by devices, missing from the public profile


def test_the_field_table_agrees_with_the_public_profile():
    from garmin_fit_sdk.profile import Profile

    devices_own = {(20, 90), (20, 137), (20, 138), (227, 3)}
    for number, (name, _) in fields.MESSAGES.items():
        if number in UNDOCUMENTED:
            continue
        profile = Profile["messages"][number]
        assert profile["name"] == name
        for field, (ours, scale, offset, several) in fields.describe(number)[1].items():
            if (number, field) in devices_own or field == 253:
                continue
            theirs = profile["fields"][field]
            assert theirs["name"].replace("bondary", "boundary") == ours
            if len(theirs["components"]) < 2 and len(theirs["scale"]) == 1:
                expected = (
                    (fields.DEG, 0)
                    if "semicircles" in theirs["units"]
                    else (theirs["scale"][0], theirs["offset"][0])
                )
                assert (scale, offset) == pytest.approx(expected), (name, ours)
            assert several or theirs["array"] in (False, "false") or theirs["type"] == "string", (name, ours)


@pytest.mark.parametrize(("asked", "words"), [
    ((1, 3843, None), "Garmin Edge 1040"), ((1, 4024, None), "Garmin Forerunner 955"), ((1, 64_000, None), "Garmin"),
    ((32, 28, "ELEMNT"), "Wahoo ELEMNT"), ((294, 841, "COROS PACE 2"), "COROS PACE 2"), ((260, None, None), "Zwift"),
    ((None, None, None), ""), ((255, 1, "My App"), "My App"), ((9999, 3, None), ""),
])  # fmt: skip
def test_devices_in_words(asked, words):
    assert devices.name_of(*asked) == words


def test_a_counter_of_few_bits_grows_on():
    counted = roll_up(np.array([np.nan, 250, 255, 4, np.nan, 4, 3]), 0xFF)
    np.testing.assert_array_equal(counted, [np.nan, 250, 255, 260, np.nan, 260, 515])


def test_balance_is_the_left_side():
    given = np.array([0x80 | 48, 52, 0x80 | 100, 0x7F, np.nan])
    np.testing.assert_array_equal(left_share(given), [52, 52, 0, np.nan, np.nan])


def test_times_out_of_any_range_are_missing():
    times = to_datetime(np.array([START, np.nan, -1, 1e300]))
    assert np.isnat(times).tolist() == [False, True, True, True]
    assert str(times[0]) == "2024-05-01T07:00:00.000000"


WORDS = {
    "percent": "%",
    "degrees": "°",
    "C": "°C",
    "watts": "W",
    "Breaths/min": "breaths/min",
    "kcal": "kcal",
}
# Units that differ from the profile's for a reason.
OWN_UNITS = {
    "accumulated_power": "W s",  # watts summed up every second
    "left_right_balance": "% left",  # in the profile, a bit says which side the number is for
    "po2": "bar",  # the values are partial pressures: 1.4, and 2.54 at most
    "front_gear": "teeth", "rear_gear": "teeth", "stamina": "%", "potential_stamina": "%",  # not in the profile
    "respiration_rate": "breaths/min",  # the profile gives the unit only for the field that replaced this one
}  # fmt: skip


def test_units_of_what_becomes_a_channel_are_those_of_the_public_profile():
    from garmin_fit_sdk.profile import Profile

    profile = {f["name"].removeprefix("enhanced_"): f for f in Profile["messages"][20]["fields"].values()}
    for name, unit in fields.UNITS.items():
        if name not in OWN_UNITS:
            theirs = profile[name]["units"]
            theirs = theirs[0] if isinstance(theirs, list) else theirs
            assert WORDS.get(theirs, theirs) == unit, name
    assert {name: fields.UNITS[name] for name in OWN_UNITS} == OWN_UNITS


def test_types_are_those_of_the_public_profile():
    """Text is text in both; a field has several values only where the profile says so or devices are known to."""
    from garmin_fit_sdk.profile import Profile

    devices_own = {(20, 90), (20, 137), (20, 138), (227, 3)}
    for number in fields.MESSAGES.keys() - UNDOCUMENTED:
        for field, (ours, _, _, several) in fields.describe(number)[1].items():
            if (number, field) in devices_own or field == 253:
                continue
            theirs = Profile["messages"][number]["fields"][field]
            assert (theirs["base_type"] == "string") == (ours in fields.TEXTS), (number, ours)
            is_array = theirs["array"] not in (False, "false")
            packed = len(theirs["components"]) > 0  # a field whose bytes hold other fields
            assert not several or is_array or packed, (number, ours)


def test_channels_beyond_any_file_are_left_out_and_that_is_said():
    many = [Channel(f"series {i}", "", np.zeros(3, np.float32)) for i in range(MAX_CHANNELS + 2)]
    kept, (problem,) = bounded(many)
    assert (len(kept), problem.code) == (MAX_CHANNELS, "channels_left_out")
    assert (
        problem.text
        == f"2 of the {MAX_CHANNELS + 2} further series in the file were left out: series {MAX_CHANNELS} …"
    )
    assert bounded(many[:5]) == (many[:5], [])
    assert bounded([]) == ([], [])
