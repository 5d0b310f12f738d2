"""One way to ask Garmin anything: in good manners, with every answer sorted into data, no data, or a reason to stop."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from milevault_core.garmin import client
from milevault_core.garmin.manners import Clock

_EVER = datetime.min.replace(tzinfo=UTC)


class Stop(Exception):
    """Why a run ends. `reason` is a key of the sentences in view/garmin.py."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NeedsSignIn(Stop):
    """The token host itself has refused the token."""


class TooMany(Stop):
    """Some host has answered 429."""

    def __init__(self, reason: str, retry_after: str = "") -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Failing(Stop):
    """Anything else, which may go away by itself."""


@dataclass
class Garmin:
    """An account of Garmin Connect that can be asked."""

    inner: client.Garmin
    clock: Clock
    keep: Callable[[str], None]  # saves the token if it is another one than was saved last
    calls: int = 0
    # In a row, by call, of those that may be left out.
    failures: Counter[str] = field(default_factory=Counter)
    latest: datetime = _EVER  # that was read from the clock

    def ask(self, call: str, *arguments: Any) -> Any:
        """What a call of garminconnect gives, by its name; None where Garmin has nothing. Raises Stop."""
        function: Callable[..., Any] = getattr(self.inner, call)
        self.calls += 1
        client.forget_status(self.inner)
        try:
            return function(*arguments) or None
        except client.GarminConnectNotFoundError:
            return None
        except client.TokenHostRefused as refused:
            raise of_token_host(refused) from None
        except client.GarminConnectTooManyRequestsError as error:
            raise TooMany("api_limit", _retry_after(error)) from None
        except client.GarminConnectAuthenticationError:
            # Refused with a token that has just been renewed, else the token host would have said so above.
            raise Failing("refused") from None
        except client.GarminConnectConnectionError as error:
            raise _of_api(error) from None
        finally:
            # Once more: the package goes on when the saving of a renewed token fails.
            self.keep(self.inner.client.dumps())

    def now(self) -> datetime:
        """The time, which does not go back during a run: what has been asked for would be asked for again."""
        self.latest = max(self.latest, self.clock.now())
        return self.latest

    @property
    def status(self) -> int | None:
        """The HTTP status of the last answer; None when there was none."""
        return client.last_status(self.inner)


def of_token_host(refused: client.TokenHostRefused) -> Stop:
    """What the token host's answer means."""
    if refused.status in client.LIMITED:
        return TooMany("token_limit", refused.retry_after)
    if refused.status in (400, 401):
        return NeedsSignIn("token_refused")
    return Failing("token_unreachable" if refused.status is None else "token_trouble")


def _of_api(error: Exception) -> Stop:
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if status in client.LIMITED:
        return TooMany("api_limit", _header(response))
    if status == 403:
        return Failing("blocked")
    if status is not None:
        return Failing("garmin_trouble")
    causes = _causes(error)
    if any("JSON" in name for name in causes):
        return Failing("not_data")
    return Failing("slow" if "Timeout" in causes else "unreachable")


def _causes(error: BaseException | None) -> list[str]:
    """The names of an error's causes' classes, all their bases included."""
    names: list[str] = []
    while error is not None and len(names) < 100:
        names += [each.__name__ for each in type(error).__mro__]
        error = error.__cause__ or error.__context__
    return names


def _retry_after(error: BaseException) -> str:
    return _header(getattr(error.__cause__, "response", None))


def _header(response: Any) -> str:
    return str(getattr(response, "headers", {}).get("Retry-After") or "")
