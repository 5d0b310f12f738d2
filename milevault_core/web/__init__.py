"""What Streamlit pages cannot do (cookies, downloads, uploads, headers): Starlette routes and middleware for app.py.

routes.py lists the routes, and each module begins with the address it serves or with what it does to every request:

signing in    signin, oidc, cookies, browser_word
downloads     files, activity_files, many_files, route_file, export_file, photos
uploads       api_upload, archives, upload_script
for pages     search, map_style, tiles, door_script, first_page, gathering, compressed, under_path
for operators health, metrics, request_log
protection    headers, hosts, origin, guard, strangers, connections, addresses
"""
