"""What Streamlit's pages cannot do: cookies, downloads, headers. Starlette routes and middleware for app.py.

cookies.py    the names of the cookies, and who is signed in with a request
signin.py     /signin/finish, /signin/end, /setup
files.py      /files/original/{id}, /files/activity/{id}.gpx
map_style.py  /map/style.json
health.py     /healthz
headers.py    security headers of every answer
guard.py      what of Streamlit's own addresses is closed to strangers
routes.py     the list of routes
"""
