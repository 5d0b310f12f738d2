"""`help`: the overview by topics."""

from milevault_core.commands import COMMANDS, TOPICS, command


def overview() -> str:
    """Every command by topic, a line each."""
    lines = ["MileVault: python3 manage.py COMMAND (COMMAND --help says more)", ""]
    for topic, title in TOPICS.items():
        own = [c for c in COMMANDS.values() if c.topic == topic]
        if own:
            lines += [title, *(f"  {c.name:<18} {c.summary}" for c in own), ""]
    return "\n".join(lines).rstrip()


@command("help", "operate", "show this", reads_environment=False)
def help(_options) -> int:
    print(overview())
    return 0
