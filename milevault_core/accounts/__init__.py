"""Accounts and signing in. One file for each topic:

rules.py           what a valid user name, password or time zone is
guessable.py       passwords that attackers try first
passwords.py       bcrypt
users.py           accounts: create, change the password, disable
known_browsers.py  browsers in which a user has signed in before
throttle.py        delays after failed sign-ins
sign_in.py         user name and password -> user
tokens.py          random tokens for cookies and links, and links that work once
sessions.py        browsers that are signed in
first.py           the first account, from a one-time link or the environment
invitations.py     links with which others create an account
password_reset.py  links with which users choose a new password
two_factor.py      codes of an authenticator app, and recovery codes
oidc.py            an identity provider's answer -> (issuer, subject)
oidc_settings.py   the configured provider; oidc_attempts.py: sign-ins in progress
identities.py      (issuer, subject) -> user
usage.py           what an administrator sees of other accounts
deletion.py        deleting an account
vault.py           encrypted secrets
upload_keys.py     upload keys of phones and scripts
"""
