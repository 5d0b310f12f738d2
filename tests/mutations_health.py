"""Broken builds of days, nights and the body, for tests/mutations.py: name, path, old, new, test."""

HEALTH = (
    ("a big month of Apple's is one file", "milevault_core/formats/apple_months.py",
     "            if file.size <= MOST or len(file.days) < 2:", "            if file.size:",
     "tests/formats/test_apple_months.py::test_a_month_with_more_than_a_file_holds_is_several_of_whole_days"),
    ("an amount over midnight goes to one of two files", "milevault_core/formats/apple_months.py",
     "            for part in _divided(about):", "            for part in [about]:",
     "tests/formats/test_apple_months.py::test_a_month_with_more_than_a_file_holds_is_several_of_whole_days"),
    ("a sleep through noon is divided between two months", "milevault_core/formats/apple_months.py",
     "        return found.tolist()",
     "        noon = (np.array(self.end) + 43_200).astype('datetime64[s]')\n"
     "        return noon.astype('datetime64[D]').astype(str).tolist()",
     "tests/formats/test_apple_months.py::test_no_night_by_day_and_no_hour_is_divided_between_months"),
    ("an hour of UTC is divided between two months", "milevault_core/formats/apple_months.py",
     'if metric in _SAMPLED and start[23:25] != "00"', 'if metric in _SAMPLED and start[23:25] == "99"',
     "tests/formats/test_apple_months.py::test_no_night_by_day_and_no_hour_is_divided_between_months"),
    ("the longest scoring of a night stays for ever", "milevault_core/health/days.py",
     "        joined.nights.remove(old)\n", "        pass\n",
     "tests/imports/test_health.py::"
     "test_a_night_that_was_scored_again_replaces_the_earlier_one_also_when_it_is_shorter"),
    ("the values of a night that was scored again stay", "milevault_core/health/days.py",
     "v.observed_at != old.end or (v.day, v.metric) not in again", "True",
     "tests/imports/test_health.py::"
     "test_a_night_that_was_scored_again_replaces_the_earlier_one_also_when_it_is_shorter"),
    ("a day that is still to come is the latest", "milevault_core/store/queries/health.py",
     "coalesce(max(day) FILTER (WHERE day <= $2), max(day)) AS last", "greatest(max(day), $2) AS last",
     "tests/pages/test_health_pages.py::test_a_day_that_is_still_to_come_is_not_the_latest"),
    ("to bed by the clock of the morning after", "milevault_core/view/health/night.py",
     "    return time_zone if timedelta(seconds=int(utc_offset_s)) in at_home else int(utc_offset_s)",
     "    return int(utc_offset_s)",
     "tests/view/test_health_views.py::test_a_night_is_told_by_the_clock_on_the_wall_and_lasts_what_it_lasted"),
    ("a line to and fro between two hours of one name", "milevault_core/view/health/shapes.py",
     '{"order": {"value": None}}', "{}",
     "tests/view/test_health_views.py::test_the_hour_that_a_clock_shows_twice_is_two_lines"),
    ("a date of a list leads nowhere", "milevault_core/view/parts/things.py",
     "if text and to else escape(text)", "if text and not to else escape(text)",
     "tests/pages/test_days.py::test_a_date_leads_to_its_day"),
)  # fmt: skip
