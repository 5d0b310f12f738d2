"""The site map: every page's address, title and file. Does not import Streamlit, because app.py reads it too.

To add a page, put its file in this folder and add a line to SITE.
"""

# section, title, file, address, icon, who sees it in the menu: all | admin | nobody (reached by links only)
SITE = [
    ("", "Dashboard", "dashboard.py", "", ":material/space_dashboard:", "all"),
    ("Training", "Activities", "activities.py", "activities", ":material/directions_bike:", "all"),
    ("Training", "Activity", "activity.py", "activity", ":material/map:", "nobody"),
    ("Training", "Compare activities", "compare.py", "compare", ":material/compare_arrows:", "nobody"),
    ("Training", "Add an activity by hand", "add.py", "add", ":material/add:", "nobody"),
    ("Training", "Calendar", "calendar.py", "calendar", ":material/calendar_month:", "all"),
    ("Training", "Day", "day.py", "day", ":material/today:", "nobody"),
    ("Training", "Trends", "trends.py", "trends", ":material/trending_up:", "all"),
    ("Training", "Records", "records.py", "records", ":material/trophy:", "all"),
    ("Training", "Goals", "goals.py", "goals", ":material/flag:", "all"),
    ("Training", "Gear", "gear.py", "gear", ":material/build:", "all"),
    ("Training", "Routes", "routes.py", "routes", ":material/route:", "all"),
    ("Training", "Route", "route.py", "route", ":material/route:", "nobody"),
    ("Training", "Segments", "segments.py", "segments", ":material/conversion_path:", "all"),
    ("Training", "Segment", "segment.py", "segment", ":material/conversion_path:", "nobody"),
    ("Training", "Athlete", "athlete.py", "athlete", ":material/monitor_heart:", "all"),
    ("Training", "What the numbers mean", "metrics.py", "metrics", ":material/help:", "nobody"),
    ("Health", "Health", "health.py", "health", ":material/favorite:", "all"),
    ("Health", "Sleep", "sleep.py", "sleep", ":material/bedtime:", "all"),
    ("Health", "Body", "body.py", "body", ":material/monitor_weight:", "all"),
    ("Data", "Import", "imports.py", "imports", ":material/upload_file:", "all"),
    ("Data", "Garmin Connect", "garmin.py", "garmin", ":material/sync:", "all"),
    ("Data", "Read again", "reread.py", "read-again", ":material/replay:", "all"),
    ("Data", "Rules", "rules.py", "rules", ":material/rule:", "all"),
    ("Data", "Trash", "trash.py", "trash", ":material/delete:", "all"),
    ("Account", "Profile", "profile.py", "profile", ":material/person:", "all"),
    ("Account", "Settings", "settings.py", "settings", ":material/settings:", "admin"),
    ("Account", "Administration", "admin.py", "admin", ":material/shield_person:", "admin"),
    ("Account", "Gallery", "gallery.py", "gallery", ":material/palette:", "nobody"),
    ("", "Search", "search.py", "search", ":material/search:", "nobody"),
    ("", "There is no such page", "not_found.py", "not-found", ":material/explore_off:", "nobody"),
]
ADDRESSES = frozenset(address for _, _, _, address, _, _ in SITE)
# Addresses that people type by mistake, and the page they probably want.
NEAR = {
    "import": "imports", "upload": "imports", "uploads": "imports", "files": "imports", "log": "imports",
    "dashboard": "", "home": "", "index": "", "record": "records", "prs": "records", "account": "profile",
    "user": "profile", "reread": "read-again", "bin": "trash", "deleted": "trash", "administration": "admin",
    "connect": "garmin", "sync": "garmin", "backup": "settings", "backups": "settings", "month": "calendar",
    "today": "day",
}  # fmt: skip
