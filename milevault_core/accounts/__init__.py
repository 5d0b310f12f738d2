"""Accounts and signing in. One file for each idea:

rules.py           what a user name, a password, a time zone must be
guessable.py       passwords that are tried first
passwords.py       bcrypt
users.py           accounts: create, change the password, disable
known_browsers.py  browsers in which a person has signed in before
throttle.py        failed sign-ins cost time
sign_in.py         name and password -> the user
tokens.py          random words for cookies and links, and links that work once
sessions.py        browsers that are signed in
first.py           the first account: by a one-time link, or from the environment
invitations.py     accounts for others, by a link
password_reset.py  a new password, by a link
two_factor.py      codes of an authenticator app, and recovery codes
oidc.py            an identity provider's answer -> (issuer, subject)
oidc_settings.py   which provider; oidc_attempts.py: attempts under way
identities.py      (issuer, subject) -> the user
usage.py           what an administrator sees of others
deletion.py        the end of an account
vault.py           sealed secrets
upload_keys.py     keys of phones and scripts
"""
