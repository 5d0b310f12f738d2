"""One workout, one activity: which recordings belong to the same workout, and what the activity takes from each.

Pure functions of recordings and user decisions; the order of imports does not matter (docs/decisions/0007):

    match_line.pack     what is stored about a recording to find others of the same workout
    same_workout.same   are two recordings of the same workout, and how do their clocks differ?
    grouping            which recordings make up one activity, and which of them is primary
    wholes.find         which recordings cover a whole whose parts were also recorded
    fill.fill           fills what the primary recording lacks from the others
    texts.settle        name, sport, gear …: edits beat archives, archives beat files

store/activities/assign_activity.py applies this to the database.
"""
