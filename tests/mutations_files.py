"""Broken builds of what is read from files: name, path, old, new, test."""

FILES = (
    ("a summary in between is an activity of its own", "milevault_core/formats/fit/sessions.py",
     "    ends_inside = begins + lasts <= others + TWICE_S\n", "    ends_inside = begins + lasts == others\n",
     "tests/formats/test_fit_activities.py::test_two_summaries_of_one_session_are_one_activity"),
    ("sessions that touch are one", "milevault_core/formats/fit/sessions.py",
     " and (begins == 0 or shared > lasts / 2)", "",
     "tests/formats/test_fit_activities.py::test_sessions_one_after_the_other_stay_apart_also_where_they_touch"),
    ("a cup of water is left out", "milevault_core/formats/health_headers.py",
     '"cup_us": 8 * _OZ_US', '"cup": 8 * _OZ_US',
     "tests/formats/test_apple_health.py::test_every_unit_that_a_phone_may_be_set_to_is_read"),
    ("a way in yards is left out", "milevault_core/formats/health_headers.py",
     '"yd": 0.9144', '"yards": 0.9144',
     "tests/formats/test_apple_health.py::test_every_unit_that_a_phone_may_be_set_to_is_read"),
    ("an activity that is in a file twice counts twice", "milevault_core/formats/dispatch.py",
     "            take_once(reading)\n", "",
     "tests/formats/test_dispatch.py::test_an_activity_that_is_in_the_file_twice_counts_once"),
    ("activities of one file that are left get other numbers", "milevault_core/formats/repeated.py",
     "    for recording in reading.recordings:\n        alike",
     "    for i, recording in enumerate(reading.recordings):\n        recording.part = i - repeated\n        alike",
     "tests/formats/test_dispatch.py::test_what_is_not_the_same_stays_and_keeps_its_number"),
)  # fmt: skip
