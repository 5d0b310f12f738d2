"""The list of routes. Most handlers are plain functions, which Starlette runs in a thread, so they may query the
database. Those that read a body are coroutines, and use a thread for the database."""

from starlette.routing import Route

from milevault_core.web import (
    activity_files,
    api_upload,
    archives,
    door_script,
    export_file,
    files,
    health,
    many_files,
    map_style,
    metrics,
    oidc,
    photos,
    route_file,
    search,
    signin,
    upload_script,
)

_ALL = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
ROUTES = [
    Route("/healthz", health.healthz),
    Route("/metrics", metrics.metrics),
    Route("/setup", signin.setup),
    Route("/invite", signin.invite),
    Route("/reset", signin.reset),
    Route("/signin/finish", signin.finish, methods=["POST"]),
    Route("/signin/end", signin.end, methods=["POST"]),
    Route("/oidc/start", oidc.start),
    Route("/oidc/callback", oidc.callback),
    Route("/door.js", door_script.door_script),
    Route("/map/style.json", map_style.map_style),
    Route("/search.json", search.search),
    Route("/upload.js", upload_script.upload_script),
    Route("/upload/begin", archives.begin, methods=["POST"]),
    Route("/upload/{id:int}/{offset:int}", archives.piece, methods=["PUT"]),
    Route("/api/upload", api_upload.upload, methods=_ALL),  # it sends its own 405
    Route("/files/photo/{id:int}.jpg", photos.small),
    Route("/files/photo/{id:int}", photos.whole),
    Route("/files/original/{id:int}", files.original),
    Route("/files/export/{id:int}.zip", export_file.export_file),
    Route("/files/activities.zip", many_files.many),
    Route("/files/activity/{id:int}.{kind}", activity_files.activity_file),
    Route("/files/route/{id}.gpx", route_file.route_gpx),
]
