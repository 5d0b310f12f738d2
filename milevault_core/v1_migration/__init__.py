"""Import from the first MileVault: its accounts, every file of its store, and the texts that people entered.

    with store.v1.tables.look_into(url) as old:      only reads
        people = accounts.people(…)                  the new name of each user
        found = files.sort(…)                        the owner of each file
        …                                            accounts.bring, files.bring, routes.name, segments.bring, health:
                                                     each can be repeated

Files go through the ordinary import, so their content is computed again here. docs/moving-in.md lists what is imported.

user_map.py   the file that gives users their new names
accounts.py   users with their bcrypt hashes
files.py      the owner of each file of the store, and what the old database says about it
routes.py     the names of routes
segments.py   segments, by their line or their two ends
health.py     health days and the weight log
waiting.py    what is not imported, and what was not understood
"""
