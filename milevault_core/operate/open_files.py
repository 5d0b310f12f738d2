"""The limit of open files and connections: most systems start a process with 1,024 but allow far more."""

import contextlib

WANTED = 8_192


def raise_limit(wanted: int = WANTED) -> int:
    """Raise this process's soft limit of open files to `wanted`, or as far as the system allows; returns the limit."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        with contextlib.suppress(ValueError, OSError):  # macOS has a lower limit that it does not report
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
