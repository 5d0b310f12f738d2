"""Who may come in. One file an idea:

rules.py      what a user name, a password, a time zone must be
passwords.py  bcrypt
users.py      accounts: create, change the password, disable
throttle.py   failed sign-ins cost time
sign_in.py    name and password -> the user
tokens.py     random words for cookies and links, and links that work once
sessions.py   browsers that are signed in
first.py      the first account: by a one-time link, or from the environment
"""
