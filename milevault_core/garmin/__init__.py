"""Garmin Connect: signs in, keeps in sync, and is never locked out.

    sign_in.work(user_id, clock)     in a worker: e-mail and password, or the code, become a token
    sync.run(user_id, clock)         in a worker: one run, up to a number of calls; the next goes on where it ended
    check.check(user_id, tell)       one read-only pass, for `manage.py garmin check`

client.py alone knows the package garminconnect. Everything else asks through asking.py, which keeps the manners:
one call a second at most, a token saved as soon as it changes, a refusal ends the run.
"""
