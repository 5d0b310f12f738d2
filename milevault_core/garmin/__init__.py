"""Garmin Connect: sign in, keep in sync, and never get locked out.

    sign_in.work(user_id, clock)     in a worker: turn e-mail and password, or the code, into a token
    sync.run(user_id, clock)         in a worker: one run with a limited number of calls; the next run continues there
    check.check(user_id, tell)       one read-only pass, for `manage.py garmin check`

Only client.py knows the package garminconnect. Everything else makes requests through asking.py, which follows the
rules: at most one call per second, save a token as soon as it changes, end the run when Garmin refuses.
"""
