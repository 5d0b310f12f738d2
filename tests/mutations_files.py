"""Broken builds of what is read from files: name, path, old, new, test."""

FILES = (
    ("a summary in between is an activity of its own", "milevault_core/formats/fit/sessions.py",
     "    ends_inside = begins + lasts <= others + TWICE_S\n", "    ends_inside = begins + lasts == others\n",
     "tests/formats/test_fit_activities.py::test_two_summaries_of_one_session_are_one_activity"),
    ("sessions that touch are one", "milevault_core/formats/fit/sessions.py",
     " and (begins == 0 or shared > lasts / 2)", "",
     "tests/formats/test_fit_activities.py::test_sessions_one_after_the_other_stay_apart_also_where_they_touch"),
)  # fmt: skip
