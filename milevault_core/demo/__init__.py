"""An invented athlete: a believable training history generated from a seed, with exact known truth.

    athlete ─ plan ─► Session ─ build ─► Activity (whole numbers, as a watch would store them) + Truth
                                            ├ recording.py ─► Recording        (straight into the database)
                                            └ fit_writer, gpx_writer, tcx_writer ─► files ─► archives
            ─ days ─► Day (night, heart rate, stress, steps, weight) ─► wellness FIT, Garmin's JSON

The same seed gives the same bytes on every machine: random numbers are the raw output of PCG64 (which numpy never
changes), seeded by name, and everything written is computed only with + - * / and sqrt, which IEEE 754 rounds in one
way. Nothing uses the C library's sine, the wall clock, the locale or the machine's time zone.

All places are on water or salt flats without streets: streets, hills and routes are invented (places.py).
"""
