"""One workout, one activity: which recordings are of the same workout, and what an activity takes from each.

Pure functions of recordings and decisions, whatever the order they came in (docs/decisions/0007):

    line.pack       what is kept of a recording to find its like
    same.same       are two recordings of the same workout, and how do their clocks differ?
    groups          which recordings make one activity, and which of them is primary
    fill.fill       what the primary one lacks, from the others
    words.settle    name, sport, gear …: edits beat archives, archives beat files

store/placing.py does it in the database.
"""
