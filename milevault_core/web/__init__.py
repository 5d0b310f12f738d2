"""What Streamlit's pages cannot do (cookies, downloads, headers): Starlette routes and middleware for app.py.

browser_word.py a word for every browser, which its sign-in is bound to
cookies.py    the names of the cookies, and who is signed in with a request
signin.py     /signin/finish, /signin/end, /setup, /invite, /reset
oidc.py       /oidc/start, /oidc/callback
files.py      /files/original/{id}, /files/activity/{id}.gpx
map_style.py  /map/style.json
health.py     /healthz
metrics.py    /metrics
headers.py    security headers of every answer
compressed.py Streamlit's scripts, compressed
guard.py      which of Streamlit's own addresses are closed to strangers
under_path.py everything below the path of BASE_URL
request_log.py an id for each request
routes.py     the list of routes
"""
