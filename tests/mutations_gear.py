"""Broken builds of gear and of weeks that begin on the user's day, for tests/mutations.py."""

_NAMES = "tests/pages/test_gear_names.py::"
_WEEKS = "tests/records/test_reader_weeks.py::"

GEAR = (
    ("weeks of records begin on Monday for everybody", "milevault_core/records/calendar.py",
     "timedelta64(first_weekday if period == WEEK else 0", "timedelta64(0",
     _WEEKS + "test_a_week_begins_on_the_given_day"),
    ("another first day of the week changes no record", "milevault_core/accounts/users.py",
     '            marks.mark_steps(opened, user_id, 0, ("personal_records",))\n', "",
     _WEEKS + "test_records_follow_the_first_day_of_the_week"),
    ("some records of weeks go by Monday", "milevault_core/derive/steps/personal_records.py",
     "groups)), groups, first_weekday)", "groups)), groups)",
     _WEEKS + "test_records_follow_the_first_day_of_the_week"),
    ("an activity with a part does not count for its bike", "milevault_core/store/queries/gear.py",
     "    UNION ALL SELECT a.whole, a.* FROM ridden a WHERE a.whole <> a.gear\n", "",
     _NAMES + "test_an_activity_whose_gear_is_a_part_counts_for_it_and_its_bike"),
    ("parts are offered as an activity's gear", "milevault_core/view/gear.py",
     'is_offered = ~names["is_part"].to_numpy(bool) |', 'is_offered = (names["name"] != "").to_numpy(bool) |',
     _NAMES + "test_parts_are_not_offered_as_the_gear_of_an_activity"),
    ("the new name of gear is another thing", "milevault_core/actions/edits.py",
     'words | {"gear": name or words["gear"]}', 'words | {"gear": words["gear"]}',
     _NAMES + "test_typing_the_new_name_means_that_gear"),
    ("a new name of gear is free", "milevault_core/store/gear.py",
     "lower(:n) IN (lower(name), lower(label))", "lower(:n) = lower(name)",
     _NAMES + "test_a_new_name_is_taken_too"),
    ("an address with gear's old name leads nowhere", "pages/_list_filters.py",
     '    choice_in_address("gear", gears)\n', "",
     _NAMES + "test_addresses_with_the_old_name_lead_there"),
    ("a part leads to an empty list", "milevault_core/view/activities/filters.py",
     ' | rows["id"].isin(filters.gear_ids)', "",
     _NAMES + "test_a_part_leads_to_the_activities_it_counts"),
    ("search does not know the new name of gear", "milevault_core/store/queries/search.py",
     "a.gear, i.label, a.tags", "a.gear, a.tags",
     _NAMES + "test_search_rules_and_the_list_of_gear_use_the_new_name"),
)  # fmt: skip
