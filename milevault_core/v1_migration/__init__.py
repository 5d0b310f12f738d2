"""Moving in from the first MileVault: its accounts, every file of its store, and the words people gave to things.

    with first_milevault.look_into(url) as old:      reads only
        move = plan(old, files, user_map)            who comes over as whom, and which files are whose
        …                                            accounts.bring, files.bring, routes.name, segments.bring:
                                                     each may be repeated

Files go through the ordinary import, so what they hold is computed again here. docs/moving-in.md says what comes over.

user_map.py   the file that says who comes over as whom
accounts.py   users with their bcrypt hashes
files.py      which file of the store is whose, and what the old database says of it
routes.py     the names of routes
segments.py   segments, by their line or their two ends
health.py     health days and the weight log
waiting.py    what stays behind, and what was not understood
"""
