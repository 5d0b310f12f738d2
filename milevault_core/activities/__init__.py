"""One workout, one activity: which recordings are of the same workout, and what an activity takes from each.

Pure functions of recordings and decisions, whatever the order they came in (docs/decisions/0007):

    match_line.pack     what is stored of a recording to find others of the same workout
    same_workout.same   are two recordings of the same workout, and how do their clocks differ?
    grouping            which recordings make one activity, and which of them is primary
    wholes.find         which of them is the whole of others
    fill.fill           what the primary one lacks, from the others
    texts.settle        name, sport, gear …: edits beat archives, archives beat files

store/activities/assign_activity.py applies this to the database.
"""
