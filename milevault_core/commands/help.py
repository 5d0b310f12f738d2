"""`help`: the overview by topic."""

from milevault_core.commands import COMMANDS, TOPICS, Command, command

# The order in which a newcomer needs them; the others follow in alphabetical order.
_FIRST = (
    "run",
    "import",
    "user",
    "setup",
    "start",
    "stop",
    "restart",
    "status",
    "doctor",
    "logs",
    "update",
    "backup",
)


def overview() -> str:
    """All commands by topic, one line each."""
    lines = [
        "MileVault: python3 manage.py COMMAND (COMMAND --help says more)",
        "",
        "New here? 'python3 manage.py run' starts everything and opens it in the browser.",
        "Other topics: docs/install.md (settings, Docker), docs/operating.md (looking after it), docs/backup.md.",
        "",
    ]
    for topic, title in TOPICS.items():
        own = sorted((c for c in COMMANDS.values() if c.topic == topic), key=_place)
        if own:
            lines += [title, *(f"  {c.name:<18} {c.summary}" for c in own), ""]
    return "\n".join(lines).rstrip()


def _place(each: Command) -> tuple[int, str]:
    return (_FIRST.index(each.name) if each.name in _FIRST else len(_FIRST), each.name)


@command("help", "operate", "show this", reads_environment=False)
def help(_options) -> int:
    print(overview())
    return 0
