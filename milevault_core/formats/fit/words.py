"""Words for the FIT enumerations that MileVault shows. The numbers are those of the public FIT profile."""


def _words(text: str, first: int = 0) -> dict[int, str]:
    return dict(enumerate(text.split(), first))


LAP_TRIGGERS = _words(
    "manual time distance position_start position_lap position_waypoint position_marked session_end "
    "fitness_equipment"
)
INTENSITIES = _words("active rest warmup cooldown recovery interval other")
STROKES = _words("freestyle backstroke breaststroke butterfly drill mixed im im_by_round rimo")
SPLITS = _words(
    "ascent descent interval_active interval_rest interval_warmup interval_cooldown interval_recovery "
    "interval_other climb_active climb_rest surf_active run_active run_rest workout_round",
    first=1,
) | {17: "run_walk_run", 18: "run_walk_walk", 21: "windsurf_active", 22: "run_walk_stand", 23: "transition",
     28: "ski_lift", 29: "ski_run"}  # fmt: skip
EXERCISES = _words(
    "bench_press calf_raise cardio carry chop core crunch curl deadlift flye hip_raise hip_stability hip_swing "
    "hyperextension lateral_raise leg_curl leg_raise lunge olympic_lift plank plyo pull_up push_up row "
    "shoulder_press shoulder_stability shrug sit_up squat total_body triceps_extension warm_up run bike "
    "cardio_sensors move pose banded_exercises battle_rope elliptical floor_climb indoor_bike indoor_row ladder "
    "sandbag sled sledge_hammer stair_stepper"
) | {49: "suspension", 50: "tire", 52: "run_indoor", 53: "bike_outdoor", 65534: "unknown"}  # fmt: skip
BATTERIES = _words("new good ok low critical charging unknown", first=1)
WEATHER = _words(
    "clear partly_cloudy mostly_cloudy rain snow windy thunderstorms wintry_mix fog"
) | _words("hazy hail scattered_showers scattered_thunderstorms", first=11) | _words(
    "light_rain heavy_rain light_snow heavy_snow light_rain_and_snow heavy_rain_and_snow cloudy", first=16
)  # fmt: skip

# Events of the timer.
TIMER = 0
START, STOPS = 0, frozenset([1, 4, 8, 9])
