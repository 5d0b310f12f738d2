"""One workout, one activity: which recordings are of the same workout, and what an activity takes from each.

Pure functions of recordings and decisions, whatever the order they came in (docs/decisions/0007):

    words.settle    name, sport, gear …: edits beat archives, archives beat files
"""
