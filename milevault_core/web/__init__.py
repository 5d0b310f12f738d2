"""What Streamlit pages cannot do (cookies, downloads, headers): Starlette routes and middleware for app.py.

browser_word.py a random word for every browser, to which its sign-in is bound
cookies.py    the names of the cookies, and which account a request is signed in to
signin.py     /signin/finish, /signin/end, /setup, /invite, /reset
oidc.py       /oidc/start, /oidc/callback
files.py      /files/original/{id}, /files/activity/{id}.gpx
map_style.py  /map/style.json
health.py     /healthz
metrics.py    /metrics
headers.py    security headers of every response
compressed.py Streamlit's scripts, compressed
guard.py      which of Streamlit's own addresses are closed to strangers
under_path.py serves everything below the path of BASE_URL
request_log.py an id for each request
routes.py     the list of routes
"""
