import garmin_fit_sdk.profile
import pytest
from streamlit.material_icon_names import ALL_MATERIAL_ICONS

from milevault_core import sports
from milevault_core.sports import SPORTS, from_fit, from_name, from_text, languages, names

FIT = garmin_fit_sdk.profile.Profile["types"]


def test_about_forty_sports_with_labels_and_icons_that_exist():
    assert 40 <= len(SPORTS) <= 50
    assert len({s.label for s in SPORTS.values()}) == len(SPORTS)
    assert [s.icon for s in SPORTS.values() if s.icon not in ALL_MATERIAL_ICONS] == []
    assert {s.pace for s in SPORTS.values()} == {"pace", "pace_100m", "pace_500m", "speed", "none"}


def test_every_name_in_the_tables_leads_to_a_sport_that_exists():
    assert {sport for sport, _ in sports.FIT_SPORTS.values()} <= SPORTS.keys()
    assert {sport for sport, _ in names.NAMES.values()} <= SPORTS.keys()
    assert set(sports._BY_SUB_SPORT.values()) <= SPORTS.keys()
    for name, (sport, _) in names.NAMES.items():
        assert sports.word_key(name) == name, f"{name} can never be found"
        assert name not in SPORTS or sport == name or name in SPORTS, name


def test_fit_sub_sport_numbers_are_those_of_the_official_profile():
    official = {int(n): name for n, name in FIT["sub_sport"].items() if int(n) not in (0, 254)}
    assert official == sports.FIT_SUB_SPORTS


def test_every_fit_sport_number_is_known_by_its_name():
    for number, name in FIT["sport"].items():
        match = from_fit(int(number))
        if match.sport == "other":
            assert name in {"generic", "all", "tactical", "shooting", "winter_sport", "grinding",
                            "video_gaming", "para_sport", "archery", "jumpmaster"}, name  # fmt: skip
            continue
        assert name in (match.sport, match.sub_sport) or from_text(name).sport == match.sport, name


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((1, 3), ("running", "trail", False, False)),
        ((1, 1), ("running", "treadmill", True, False)),
        ((2, 58), ("cycling", "virtual_activity", True, True)),
        ((2, 28), ("e_biking", "e_bike_fitness", False, False)),
        ((4, 15), ("elliptical", "elliptical", True, False)),
        ((10, 20), ("strength", "strength_training", True, False)),
        ((10, 43), ("yoga", "yoga", True, False)),
        ((5, 17), ("swimming", "lap_swimming", True, False)),
        ((8, None), ("racket_sports", "tennis", False, False)),
        ((0, 14), ("rowing", "indoor_rowing", True, False)),
        ((None, None), ("other", "", False, False)),
    ],
)
def test_fit_numbers(numbers, expected):
    m = from_fit(*numbers)
    assert (m.sport, m.sub_sport, m.is_indoor, m.is_virtual) == expected


def test_unknown_keeps_its_original():
    assert from_fit(201).original == "fit sport 201"
    assert from_text("Quidditch with kids") == sports.Match("other", "", "Quidditch with kids")
    assert from_text(None) == sports.Match("other")


@pytest.mark.parametrize(
    ("text", "sport", "sub_sport"),
    [
        ("Ride", "cycling", ""),
        ("EBikeRide", "e_biking", ""),
        ("EMountainBikeRide", "e_biking", "e_bike_mountain"),
        ("VirtualRide", "cycling", "virtual_activity"),
        ("TrailRun", "running", "trail"),
        ("9", "running", ""),
        ("1", "cycling", ""),
        ("Running", "running", ""),
        ("Biking", "cycling", ""),
        ("Other", "other", ""),
        ("lap_swimming", "swimming", "lap_swimming"),
        ("rowing_v2", "rowing", ""),
        ("snow_shoe_ws", "snowshoeing", ""),
        ("resort_skiing_snowboarding_ws", "alpine_skiing", ""),
        ("HighIntensityIntervalTraining", "hiit", "hiit"),
        ("stand_up_paddleboarding_v2", "stand_up_paddleboarding", ""),
        (" mountain biking ", "cycling", "mountain"),
        ("WeightTraining", "strength", "strength_training"),
        ("NordicSki", "cross_country_skiing", ""),
        ("uncategorized", "other", ""),
        ("treadmill_running", "running", "treadmill"),
    ],
)
def test_names(text, sport, sub_sport):
    match = from_text(text)
    assert (match.sport, match.sub_sport) == (sport, sub_sport)


# Strava's SportType values as its API lists them.
STRAVA = """AlpineSki BackcountrySki Badminton Canoeing Crossfit EBikeRide Elliptical EMountainBikeRide Golf
GravelRide Handcycle HighIntensityIntervalTraining Hike IceSkate InlineSkate Kayaking Kitesurf
MountainBikeRide NordicSki Pickleball Pilates Racquetball Ride RockClimbing RollerSki Rowing Run Sail
Skateboard Snowboard Snowshoe Soccer Squash StairStepper StandUpPaddling Surfing Swim TableTennis Tennis
TrailRun Velomobile VirtualRide VirtualRow VirtualRun Walk WeightTraining Wheelchair Windsurf Workout
Yoga""".split()  # noqa: SIM905


@pytest.mark.parametrize("name", STRAVA)
def test_strava_has_no_unknown_sport(name):
    assert from_text(name).sport != "other"


@pytest.mark.parametrize(
    ("program", "name", "is_virtual"),
    [
        ("Zwift", "", True), ("StravaGPX", "Zwift - Watopia Hilly Route", True), ("", "ROUVY | Stelvio", True),
        ("Garmin Tacx Training App Win", "", True), ("MyWhoosh", "Ride", True), ("Rouvy", "", True),
        ("StravaGPX", "Morning ride, nearly as flat as Zwift", False), ("Garmin Edge 1040", "Zwift-free day", False),
        ("Specialized Zwifty", "Ride", True), ("", "", False),
    ],
)  # fmt: skip
def test_virtual_worlds_by_program_and_name(program, name, is_virtual):
    assert sports.is_virtual_world(program, name) is is_virtual


# Strava's own numbers, which its GPX exports carried for years.
@pytest.mark.parametrize(
    ("number", "sport", "sub_sport"),
    [
        (1, "cycling", ""), (2, "alpine_skiing", ""), (3, "alpine_skiing", "backcountry"), (4, "hiking", ""),
        (5, "ice_skating", ""), (6, "inline_skating", ""), (7, "cross_country_skiing", ""),
        (8, "cross_country_skiing", "roller_skiing"), (9, "running", ""), (10, "walking", ""), (11, "fitness", ""),
        (12, "snowboarding", ""), (13, "snowshoeing", ""), (14, "kitesurfing", ""), (15, "windsurfing", ""),
        (16, "swimming", ""), (17, "cycling", "virtual_activity"), (18, "e_biking", ""), (19, "cycling", "recumbent"),
        (21, "canoeing", ""), (22, "kayaking", ""), (23, "rowing", ""), (24, "stand_up_paddleboarding", ""),
        (25, "surfing", ""), (26, "hiit", "hiit"), (27, "elliptical", "elliptical"), (28, "rock_climbing", ""),
        (29, "stair_climbing", "stair_climbing"), (30, "strength", "strength_training"), (31, "yoga", "yoga"),
        (51, "cycling", "hand_cycling"), (52, "wheelchair", ""), (53, "running", "virtual_activity"),
    ],
)  # fmt: skip
def test_the_numbers_of_strava(number, sport, sub_sport):
    assert (from_text(str(number)).sport, from_text(str(number)).sub_sport) == (sport, sub_sport)


@pytest.mark.parametrize(
    ("name", "sport", "sub_sport"),
    [
        ("Running 5/1/24 7:02 am", "running", ""),
        ("20231013 Outdoor cycling", "cycling", ""),
        ("3.85mi Hike", "hiking", ""),
        ("Morning trail run", "running", "trail"),
        ("Evening Ride", "cycling", ""),
        ("Lunch Swim", "swimming", ""),
    ],
)
def test_a_name_tells_the_sport(name, sport, sub_sport):
    match = from_name(name)
    assert match.sport == sport
    assert not sub_sport or sub_sport in match.sub_sport


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        "Commute",
        "Race day",
        "Track 12",
        "New Year's Ultra",
        "Swim and run",
        "Mountain view",
        "2024-05-01",
    ],
)
def test_a_name_that_tells_none_or_several_is_other(name):
    assert from_name(name).sport == "other"


@pytest.mark.parametrize(
    ("name", "sport"),
    [
        ("Course à pied", "running"), ("course a pied", "running"), ("Randonnée", "hiking"), ("Vélo", "cycling"),
        ("Natation en eau libre", "swimming"), ("Carrera de montaña", "running"), ("Natación", "swimming"),
        ("Caminhada", "walking"), ("Natação", "swimming"), ("Passeggiata", "walking"), ("Sci di fondo",
        "cross_country_skiing"), ("Straßenlauf", "running"), ("Radfahren", "cycling"), ("Hardlopen", "running"),
        ("Löpning", "running"), ("Løping", "running"), ("Svømning", "swimming"), ("Pyöräily", "cycling"),
        ("Pływanie", "swimming"), ("Bieg przełajowy", "running"), ("Běh", "running"), ("Turistika", "hiking"),
        ("Бег", "running"), ("Ходьба", "walking"), ("ランニング", "running"), ("自転車", "cycling"), 
        ("跑步", "running"),
        ("骑行", "cycling"), ("游泳", "swimming"), ("달리기", "running"), ("자전거", "cycling"), ("등산", "hiking"),
    ],
)  # fmt: skip
def test_sports_in_the_phones_language(name: str, sport: str) -> None:
    assert sports.from_text(name).sport == sport
    assert sports.from_text(name.upper()).sport == sport
    assert sports.from_text(name).original == name


def test_a_name_in_other_languages_is_of_one_sport() -> None:
    seen: dict[str, str] = {}
    for line in languages._TABLE.strip().splitlines():
        ours, words = line.split(": ", 1)
        assert ours.split(" ")[0] in sports.SPORTS
        for key in {sports.word_key(name) for name in words.split(";")}:
            assert seen.setdefault(key, ours) == ours, key
            assert names.NAMES.get(key, (ours.split(" ")[0],))[0] == ours.split(" ")[0], key


@pytest.mark.parametrize(
    "name", ["Race course", "Auto repair", "Tour de ville", "Vela", "Mon auto", "Sortie du soir"]
)
def test_words_that_are_a_sport_elsewhere_tell_nothing_in_a_name(name: str) -> None:
    assert sports.from_name(name).sport == "other"


def test_names_in_other_languages_tell() -> None:
    assert sports.from_name("Course à pied du midi").sport == "running"
    assert sports.from_name("朝のランニング").sport in ("running", "other")


@pytest.mark.parametrize(
    ("name", "sport"),
    [
        ("Course à pied en extérieur", "running"), ("Correr al aire libre", "running"), ("Corsa all’aperto", "running"),
        ("Laufen im Freien", "running"), ("Utomhuslöpning", "running"), ("Bieganie na zewnątrz", "running"),
        ("Běh venku", "running"), ("Бег на открытом воздухе", "running"), ("Бег (улица)", "running"),
        ("アウトドアラン", "running"), ("室外跑步", "running"), ("야외 달리기", "running"), ("路跑", "running"),
        ("Cyclisme en extérieur", "cycling"), ("Ciclismo ao ar livre", "cycling"), ("Radfahren im Freien", "cycling"),
        ("Buiten fietsen", "cycling"), ("Cykling utomhus", "cycling"), ("Cykling udendørs", "cycling"),
        ("Ulkopyöräily", "cycling"), ("Jazda na rowerze na zewnątrz", "cycling"), ("サイクリング（屋外）", "cycling"),
        ("户外单车", "cycling"), ("야외 사이클링", "cycling"), ("Marche en extérieur", "walking"),
        ("Caminhada ao ar livre", "walking"), ("Gehen im Freien", "walking"), ("室外步行", "walking"),
        ("Caminhada de montanha", "hiking"), ("Пешие походы", "hiking"), ("Openwaterzwemmen", "swimming"),
        ("Simning i öppet vatten", "swimming"), ("Плавание в открытой воде", "swimming"),
        ("Силовые тренировки", "strength"), ("力量訓練", "strength"), ("Koşu", "running"), ("Ποδηλασία", "cycling"),
        ("Outdoor running", "running"), ("Outdoors", "other"), ("户外", "other"), ("улица", "other"),
    ],
)  # fmt: skip
def test_sports_as_watches_name_them_outdoors(name: str, sport: str) -> None:
    assert sports.from_text(name).sport == sport
    assert sports.from_text(name.upper()).sport == sport
