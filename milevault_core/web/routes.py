"""The list of routes. All handlers are plain functions: Starlette runs each in a thread, where the database may
be asked."""

from starlette.routing import Route

from milevault_core.web import door_script, files, health, map_style, route_file, signin

ROUTES = [
    Route("/healthz", health.healthz),
    Route("/setup", signin.setup),
    Route("/signin/finish", signin.finish),
    Route("/signin/end", signin.end, methods=["POST"]),
    Route("/door.js", door_script.door_script),
    Route("/map/style.json", map_style.map_style),
    Route("/files/original/{id:int}", files.original),
    Route("/files/activity/{id:int}.gpx", files.activity_gpx),
    Route("/files/route/{id}.gpx", route_file.route_gpx),
]
