"""An invented athlete: a believable training history generated from a seed, with exact known truth.

    athlete ─ plan ─► Session ─ build ─► Activity (whole numbers, as a watch would store them) + Truth
                                            ├ recording.py ─► Recording        (straight into the database)
                                            └ fit_writer, gpx_writer, tcx_writer ─► files ─► archives
            ─ days ─► Day (night, heart rate, stress, steps, weight) ─► wellness FIT, Garmin's JSON

The same seed gives the same bytes on every machine: random numbers are the raw output of PCG64 (which numpy
never changes) by named sub-seeds, and what is written is computed with + - * / and sqrt alone, which IEEE 754
rounds in one way; no sine of the C library, no wall clock, no locale, no time zone of the machine.

All places lie on water or salt flats without streets: streets, hills and routes are invented (places.py).
"""
