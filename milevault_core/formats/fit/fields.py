"""The fields of FIT messages that MileVault stores or shows: number, name, scale, offset.

    message number: (name, {field number: name | (name, scale) | (name, scale, offset)})

A value is raw / scale - offset, in the unit given in UNITS (otherwise SI). A name that ends in "[]" holds several
values per message; if another field has several, only the first is used. `decode_all` also decodes fields that are
not listed here, unscaled, under the name "field_N".

Source: numbers and scales as in the public FIT profile. Not in the profile, but written by devices and known from
their files: record 90, 137, 138, stress_level 3, and message 140 (GoldenCheetah's FitRideFile.cpp reads it too).
"""

DEG = 2**31 / 180  # semicircles in one degree
TIMESTAMP = 253

MESSAGES: dict[int, tuple[str, dict[int, str | tuple]]] = {
    0: ("file_id", {
        0: "type", 1: "manufacturer", 2: "product", 3: "serial_number", 4: "time_created", 5: "number",
        8: "product_name",
    }),
    3: ("user_profile", {
        1: "gender", 2: "age", 3: ("height", 100), 4: ("weight", 10), 8: "resting_heart_rate",
        9: "default_max_running_heart_rate", 10: "default_max_biking_heart_rate", 11: "default_max_heart_rate",
    }),
    7: ("zones_target", {
        1: "max_heart_rate", 2: "threshold_heart_rate", 3: "functional_threshold_power",
    }),
    12: ("sport", {
        0: "sport", 1: "sub_sport", 3: "name",
    }),
    18: ("session", {
        2: "start_time", 5: "sport", 6: "sub_sport", 7: ("total_elapsed_time", 1000),
        8: ("total_timer_time", 1000), 9: ("total_distance", 100), 10: "total_cycles", 11: "total_calories",
        14: ("avg_speed", 1000), 15: ("max_speed", 1000), 16: "avg_heart_rate", 17: "max_heart_rate",
        18: "avg_cadence", 19: "max_cadence", 20: "avg_power", 21: "max_power", 22: "total_ascent",
        23: "total_descent", 24: ("total_training_effect", 10), 25: "first_lap_index", 26: "num_laps",
        28: "trigger", 34: "normalized_power", 35: ("training_stress_score", 10),
        36: ("intensity_factor", 1000), 37: "left_right_balance", 43: "swim_stroke",
        44: ("pool_length", 100), 45: "threshold_power", 47: "num_active_lengths",
        48: "total_work", 49: ("avg_altitude", 5, 500),
        50: ("max_altitude", 5, 500), 57: "avg_temperature", 59: ("total_moving_time", 1000),
        64: "min_heart_rate", 65: ("time_in_hr_zone[]", 1000), 68: ("time_in_power_zone[]", 1000),
        71: ("min_altitude", 5, 500), 80: "avg_swolf", 89: ("avg_vertical_oscillation", 10),
        91: ("avg_stance_time", 10), 92: ("avg_fractional_cadence", 128), 110: "sport_profile_name",
        124: ("enhanced_avg_speed", 1000), 125: ("enhanced_max_speed", 1000),
        126: ("enhanced_avg_altitude", 5, 500), 127: ("enhanced_min_altitude", 5, 500),
        128: ("enhanced_max_altitude", 5, 500), 132: ("avg_vertical_ratio", 100),
        134: ("avg_step_length", 10), 137: ("total_anaerobic_training_effect", 10),
        141: ("max_depth", 1000), 147: "avg_respiration_rate", 148: "max_respiration_rate",
        168: ("training_load_peak", 65536), 169: ("enhanced_avg_respiration_rate", 100),
        170: ("enhanced_max_respiration_rate", 100), 183: "jump_count", 192: "workout_feel",
        193: "workout_rpe", 194: "avg_spo2", 195: "avg_stress", 208: ("avg_core_temperature", 100),
        253: "timestamp", 254: "message_index",
    }),
    19: ("lap", {
        2: "start_time", 7: ("total_elapsed_time", 1000), 8: ("total_timer_time", 1000),
        9: ("total_distance", 100), 10: "total_cycles", 11: "total_calories", 13: ("avg_speed", 1000),
        14: ("max_speed", 1000), 15: "avg_heart_rate", 16: "max_heart_rate", 17: "avg_cadence",
        18: "max_cadence", 19: "avg_power", 20: "max_power", 21: "total_ascent", 22: "total_descent",
        23: "intensity", 24: "lap_trigger", 25: "sport", 33: "normalized_power", 34: "left_right_balance",
        38: "swim_stroke", 39: "sub_sport", 40: "num_active_lengths", 41: "total_work",
        42: ("avg_altitude", 5, 500), 43: ("max_altitude", 5, 500), 50: "avg_temperature",
        52: ("total_moving_time", 1000), 57: ("time_in_hr_zone[]", 1000),
        60: ("time_in_power_zone[]", 1000), 62: ("min_altitude", 5, 500), 63: "min_heart_rate",
        71: "wkt_step_index", 73: "avg_swolf", 77: ("avg_vertical_oscillation", 10), 79: ("avg_stance_time", 10),
        80: ("avg_fractional_cadence", 128), 110: ("enhanced_avg_speed", 1000),
        111: ("enhanced_max_speed", 1000), 112: ("enhanced_avg_altitude", 5, 500),
        113: ("enhanced_min_altitude", 5, 500), 114: ("enhanced_max_altitude", 5, 500),
        118: ("avg_vertical_ratio", 100), 120: ("avg_step_length", 10), 123: ("max_depth", 1000),
        136: ("enhanced_avg_respiration_rate", 100), 137: ("enhanced_max_respiration_rate", 100),
        147: "avg_respiration_rate", 148: "max_respiration_rate", 151: "jump_count",
        158: ("avg_core_temperature", 100), 253: "timestamp", 254: "message_index",
    }),
    20: ("record", {
        0: ("position_lat", DEG), 1: ("position_long", DEG), 2: ("altitude", 5, 500), 3: "heart_rate",
        4: "cadence", 5: ("distance", 100), 6: ("speed", 1000), 7: "power",
        8: "compressed_speed_distance[]", 9: ("grade", 100), 10: "resistance",
        11: ("time_from_course", 1000), 12: ("cycle_length", 100), 13: "temperature",
        17: ("speed_1s[]", 16), 18: "cycles", 19: "total_cycles", 28: "compressed_accumulated_power",
        29: "accumulated_power", 30: "left_right_balance", 31: "gps_accuracy", 32: ("vertical_speed", 1000),
        33: "calories", 39: ("vertical_oscillation", 10), 40: ("stance_time_percent", 100),
        41: ("stance_time", 10), 42: "activity_type", 43: ("left_torque_effectiveness", 2),
        44: ("right_torque_effectiveness", 2), 45: ("left_pedal_smoothness", 2),
        46: ("right_pedal_smoothness", 2), 47: ("combined_pedal_smoothness", 2), 48: ("time128", 128),
        49: "stroke_type", 50: "zone", 51: ("ball_speed", 100), 52: ("cadence256", 256),
        53: ("fractional_cadence", 128), 54: ("total_hemoglobin_conc", 100),
        55: ("total_hemoglobin_conc_min", 100), 56: ("total_hemoglobin_conc_max", 100),
        57: ("saturated_hemoglobin_percent", 10), 58: ("saturated_hemoglobin_percent_min", 10),
        59: ("saturated_hemoglobin_percent_max", 10), 62: "device_index", 67: "left_pco", 68: "right_pco",
        69: ("left_power_phase[]", 0.7111111), 70: ("left_power_phase_peak[]", 0.7111111),
        71: ("right_power_phase[]", 0.7111111), 72: ("right_power_phase_peak[]", 0.7111111),
        73: ("enhanced_speed", 1000), 78: ("enhanced_altitude", 5, 500), 81: ("battery_soc", 2),
        82: "motor_power", 83: ("vertical_ratio", 100), 84: ("stance_time_balance", 100),
        85: ("step_length", 10), 87: ("cycle_length16", 100),
        90: "performance_condition", 91: "absolute_pressure", 92: ("depth", 1000),
        93: ("next_stop_depth", 1000), 94: "next_stop_time", 95: "time_to_surface", 96: "ndl_time",
        97: "cns_load", 98: "n2_load", 99: "respiration_rate", 108: ("enhanced_respiration_rate", 100),
        114: "grit", 115: "flow", 116: ("current_stress", 100), 117: "ebike_travel_range",
        118: "ebike_battery_level", 119: "ebike_assist_mode", 120: "ebike_assist_level_percent",
        123: "air_time_remaining", 124: ("pressure_sac", 100), 125: ("volume_sac", 100), 126: ("rmv", 100),
        127: ("ascent_rate", 1000), 129: ("po2", 100), 137: "potential_stamina",
        138: "stamina", 139: ("core_temperature", 100), 253: "timestamp",
    }),
    21: ("event", {
        0: "event", 1: "event_type", 2: "data16", 3: "data", 9: "front_gear_num", 10: "front_gear",
        11: "rear_gear_num", 12: "rear_gear", 13: "device_index", 14: "activity_type",
        15: "start_timestamp", 253: "timestamp",
    }),
    23: ("device_info", {
        0: "device_index", 1: "device_type", 2: "manufacturer", 3: "serial_number", 4: "product",
        5: ("software_version", 100), 10: ("battery_voltage", 256), 11: "battery_status", 19: "descriptor",
        21: "ant_device_number", 25: "source_type", 27: "product_name", 32: "battery_level",
        253: "timestamp",
    }),
    26: ("workout", {
        4: "sport", 6: "num_valid_steps", 8: "wkt_name", 11: "sub_sport", 14: ("pool_length", 100),
        15: "pool_length_unit", 17: "wkt_description", 254: "message_index",
    }),
    27: ("workout_step", {
        0: "wkt_step_name", 1: "duration_type", 2: "duration_value", 3: "target_type", 4: "target_value",
        5: "custom_target_value_low", 6: "custom_target_value_high", 7: "intensity", 8: "notes",
        254: "message_index",
    }),
    30: ("weight_scale", {
        0: ("weight", 100), 1: ("percent_fat", 100), 2: ("percent_hydration", 100),
        3: ("visceral_fat_mass", 100), 4: ("bone_mass", 100), 5: ("muscle_mass", 100), 7: ("basal_met", 4),
        8: "physique_rating", 9: ("active_met", 4), 10: "metabolic_age", 11: "visceral_fat_rating",
        13: ("bmi", 10), 253: "timestamp",
    }),
    31: ("course", {
        4: "sport", 5: "name", 7: "sub_sport",
    }),
    32: ("course_point", {
        1: "timestamp", 2: ("position_lat", DEG), 3: ("position_long", DEG), 4: ("distance", 100),
        5: "type", 6: "name", 254: "message_index",
    }),
    34: ("activity", {
        0: ("total_timer_time", 1000), 1: "num_sessions", 2: "type", 3: "event", 4: "event_type",
        5: "local_timestamp", 253: "timestamp",
    }),
    51: ("blood_pressure", {
        0: "systolic_pressure", 1: "diastolic_pressure", 2: "mean_arterial_pressure", 6: "heart_rate",
        7: "heart_rate_type", 8: "status", 253: "timestamp",
    }),
    55: ("monitoring", {
        0: "device_index", 1: "calories", 2: ("distance", 100), 3: ("cycles", 2), 4: ("active_time", 1000),
        5: "activity_type", 6: "activity_subtype", 7: "activity_level", 8: "distance_16", 9: "cycles_16",
        10: "active_time_16", 11: "local_timestamp", 12: ("temperature", 100), 14: ("temperature_min", 100),
        15: ("temperature_max", 100), 16: "activity_time[]", 19: "active_calories",
        24: "current_activity_type_intensity[]", 25: "timestamp_min_8", 26: "timestamp_16",
        27: "heart_rate", 28: ("intensity", 10), 29: "duration_min", 30: "duration", 31: ("ascent", 1000),
        32: ("descent", 1000), 33: "moderate_activity_minutes", 34: "vigorous_activity_minutes",
        41: "pushes", 253: "timestamp",
    }),
    78: ("hrv", {
        0: ("time[]", 1000),
    }),
    101: ("length", {
        2: "start_time", 3: ("total_elapsed_time", 1000), 4: ("total_timer_time", 1000), 5: "total_strokes",
        6: ("avg_speed", 1000), 7: "swim_stroke", 9: "avg_swimming_cadence", 11: "total_calories",
        12: "length_type", 22: ("enhanced_avg_respiration_rate", 100),
        23: ("enhanced_max_respiration_rate", 100), 24: "avg_respiration_rate", 25: "max_respiration_rate",
        253: "timestamp", 254: "message_index",
    }),
    103: ("monitoring_info", {
        0: "local_timestamp", 1: "activity_type[]", 3: ("cycles_to_distance[]", 5000),
        4: ("cycles_to_calories[]", 5000), 5: "resting_metabolic_rate", 253: "timestamp",
    }),
    128: ("weather_conditions", {
        0: "weather_report", 1: "temperature", 2: "condition", 3: "wind_direction", 4: ("wind_speed", 1000),
        6: "temperature_feels_like", 7: "relative_humidity", 9: "observed_at_time", 253: "timestamp",
    }),
    132: ("hr", {
        0: ("fractional_timestamp", 32768), 1: ("time256", 256), 6: "filtered_bpm[]",
        9: ("event_timestamp[]", 1024), 10: "event_timestamp_12[]", 253: "timestamp",
    }),
    140: ("physiology", {
        4: ("training_effect", 10), 7: ("vo2max", 65536 / 3.5), 9: "recovery_time_min",
        14: "threshold_heart_rate", 15: ("threshold_speed", 100), 20: ("anaerobic_training_effect", 10),
    }),
    142: ("segment_lap", {
        2: "start_time", 7: ("total_elapsed_time", 1000), 8: ("total_timer_time", 1000), 9: ("total_distance", 100),
        29: "name", 65: "uuid", 253: "timestamp", 254: "message_index",
    }),
    162: ("timestamp_correlation", {
        0: ("fractional_timestamp", 32768), 1: "system_timestamp",
        2: ("fractional_system_timestamp", 32768), 3: "local_timestamp", 4: "timestamp_ms",
        5: "system_timestamp_ms", 253: "timestamp",
    }),
    206: ("field_description", {
        0: "developer_data_index", 1: "field_definition_number", 2: "fit_base_type_id", 3: "field_name",
        6: "scale", 7: "offset", 8: "units", 14: "native_mesg_num", 15: "native_field_num",
    }),
    207: ("developer_data_id", {
        1: "application_id[]", 2: "manufacturer_id", 3: "developer_data_index", 4: "application_version",
    }),
    211: ("monitoring_hr_data", {
        0: "resting_heart_rate", 1: "current_day_resting_heart_rate", 253: "timestamp",
    }),
    216: ("time_in_zone", {
        0: "reference_mesg", 1: "reference_index", 2: ("time_in_hr_zone[]", 1000),
        3: ("time_in_speed_zone[]", 1000), 4: ("time_in_cadence_zone[]", 1000),
        5: ("time_in_power_zone[]", 1000), 6: "hr_zone_high_boundary[]",
        7: ("speed_zone_high_boundary[]", 1000), 8: "cadence_zone_high_boundary[]",
        9: "power_zone_high_boundary[]", 10: "hr_calc_type", 11: "max_heart_rate", 12: "resting_heart_rate",
        13: "threshold_heart_rate", 14: "pwr_calc_type", 15: "functional_threshold_power", 253: "timestamp",
    }),
    225: ("set", {
        0: ("duration", 1000), 3: "repetitions", 4: ("weight", 16), 5: "set_type", 6: "start_time",
        7: "category[]", 8: "category_subtype[]", 9: "weight_display_unit", 10: "message_index",
        11: "wkt_step_index", 254: "timestamp",
    }),
    227: ("stress_level", {
        0: "stress_level_value", 1: "stress_level_time", 3: "body_battery",
    }),
    229: ("max_met_data", {
        0: "update_time", 2: ("vo2_max", 10), 5: "sport", 6: "sub_sport", 8: "max_met_category",
        9: "calibrated_data", 12: "hr_source", 13: "speed_source",
    }),
    264: ("exercise_title", {
        0: "exercise_category", 1: "exercise_name", 2: "wkt_step_name", 254: "message_index",
    }),
    269: ("spo2_data", {
        0: "reading_spo2", 1: "reading_confidence", 2: "mode", 253: "timestamp",
    }),
    275: ("sleep_level", {
        0: "sleep_level", 253: "timestamp",
    }),
    285: ("jump", {
        0: "distance", 1: "height", 2: "rotations", 3: "hang_time", 5: ("position_lat", DEG),
        6: ("position_long", DEG), 7: ("speed", 1000), 8: ("enhanced_speed", 1000), 253: "timestamp",
    }),
    297: ("respiration_rate", {
        0: ("respiration_rate", 100), 253: "timestamp",
    }),
    312: ("split", {
        0: "split_type", 1: ("total_elapsed_time", 1000), 2: ("total_timer_time", 1000),
        3: ("total_distance", 100), 4: ("avg_speed", 1000), 9: "start_time", 11: "sport",
        13: "total_ascent", 14: "total_descent", 15: "avg_heart_rate", 16: "max_heart_rate",
        25: ("max_speed", 1000), 27: "end_time", 28: "total_calories", 40: "avg_power", 41: "max_power",
        253: "timestamp", 254: "message_index",
    }),
    317: ("climb_pro", {
        0: ("position_lat", DEG), 1: ("position_long", DEG), 2: "climb_pro_event", 3: "climb_number",
        4: "climb_category", 5: "current_dist", 253: "timestamp",
    }),
    346: ("sleep_assessment", {
        0: "combined_awake_score", 1: "awake_time_score", 2: "awakenings_count_score",
        3: "deep_sleep_score", 4: "sleep_duration_score", 5: "light_sleep_score", 6: "overall_sleep_score",
        7: "sleep_quality_score", 8: "sleep_recovery_score", 9: "rem_sleep_score",
        10: "sleep_restlessness_score", 11: "awakenings_count", 14: "interruptions_score",
        15: ("average_stress_during_sleep", 100),
    }),
    370: ("hrv_status_summary", {
        0: ("weekly_average", 128), 1: ("last_night_average", 128), 2: ("last_night_5_min_high", 128),
        3: ("baseline_low_upper", 128), 4: ("baseline_balanced_lower", 128),
        5: ("baseline_balanced_upper", 128), 6: "status", 253: "timestamp",
    }),
    371: ("hrv_value", {
        0: ("value", 128), 253: "timestamp",
    }),
    398: ("skin_temp_overnight", {
        0: "local_timestamp", 1: "average_deviation", 2: "average_7_day_deviation", 4: "nightly_value",
        253: "timestamp",
    }),
    412: ("nap_event", {
        0: "start_time", 1: "start_timezone_offset", 2: "end_time", 3: "end_timezone_offset", 4: "feedback",
        5: "is_deleted", 6: "source", 7: "update_timestamp", 253: "timestamp", 254: "message_index",
    }),
}  # fmt: skip

# Fields that hold text; all others are numbers, whatever a damaged file says.
TEXTS = frozenset(
    ["product_name", "name", "sport_profile_name", "descriptor", "wkt_name", "wkt_description", "wkt_step_name",
     "notes", "field_name", "units", "uuid"]
)  # fmt: skip

# Units of the record fields that are not columns of the track; a field that is not listed has no unit.
UNITS = {
    "grade": "%", "time_from_course": "s", "cycle_length": "m", "cycle_length16": "m", "speed_1s": "m/s",
    "total_cycles": "cycles", "accumulated_power": "W s", "left_right_balance": "% left", "gps_accuracy": "m",
    "vertical_speed": "m/s", "calories": "kcal", "vertical_oscillation": "mm", "stance_time_percent": "%",
    "stance_time": "ms", "stance_time_balance": "%", "step_length": "mm", "vertical_ratio": "%",
    "left_torque_effectiveness": "%", "right_torque_effectiveness": "%", "left_pedal_smoothness": "%",
    "right_pedal_smoothness": "%", "combined_pedal_smoothness": "%", "left_pco": "mm", "right_pco": "mm",
    "left_power_phase": "°", "left_power_phase_peak": "°", "right_power_phase": "°",
    "right_power_phase_peak": "°", "ball_speed": "m/s", "total_hemoglobin_conc": "g/dL",
    "total_hemoglobin_conc_min": "g/dL", "total_hemoglobin_conc_max": "g/dL",
    "saturated_hemoglobin_percent": "%", "saturated_hemoglobin_percent_min": "%",
    "saturated_hemoglobin_percent_max": "%", "battery_soc": "%", "motor_power": "W", "absolute_pressure": "Pa",
    "depth": "m", "next_stop_depth": "m", "next_stop_time": "s", "time_to_surface": "s", "ndl_time": "s",
    "cns_load": "%", "n2_load": "%", "respiration_rate": "breaths/min", "ebike_travel_range": "km",
    "ebike_battery_level": "%", "ebike_assist_level_percent": "%", "air_time_remaining": "s",
    "pressure_sac": "bar/min", "volume_sac": "L/min", "rmv": "L/min", "ascent_rate": "m/s", "po2": "bar",
    "core_temperature": "°C", "front_gear": "teeth", "rear_gear": "teeth", "stamina": "%",
    "potential_stamina": "%",
}  # fmt: skip


def describe(number: int) -> tuple[str, dict[int, tuple[str, float, float, bool]]]:
    """Name of a message, and its known fields as {number: (name, scale, offset, whether it holds several values)}."""
    return _DESCRIBED.get(number) or (f"message_{number}", {TIMESTAMP: ("timestamp", 1, 0, False)})


def _spell_out(entry: str | tuple) -> tuple[str, float, float, bool]:
    name, scale, offset = (entry, 1, 0) if isinstance(entry, str) else (*entry, 0)[:3]
    return name.removesuffix("[]"), scale, offset, name.endswith("[]")


_DESCRIBED = {
    number: (name, {field: _spell_out(entry) for field, entry in fields.items()})
    for number, (name, fields) in MESSAGES.items()
}
