"""All requests to Garmin go through here; every answer is data, no data, or a reason to stop."""

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
    """The token host refused the token, or the saved token cannot be opened."""


class TooMany(Stop):
    """One of Garmin's hosts has answered 429 or 427."""

    def __init__(self, reason: str, retry_after: str = "") -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Failing(Stop):
    """Any other failure, which may go away by itself."""


@dataclass
class Garmin:
    """A Garmin Connect account, ready for calls."""

    inner: client.Garmin
    clock: Clock
    keep: Callable[[str], None]  # saves the token if it has changed since it was last saved
    calls: int = 0
    # Consecutive failures of each call that may be left out.
    failures: Counter[str] = field(default_factory=Counter)
    latest: datetime = _EVER  # latest time read from the clock

    def ask(self, call: str, *arguments: Any) -> Any:
        """The result of garminconnect's method `call`; None if Garmin has no data. Raises Stop."""
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
            # Garmin refused a token that has just been renewed; otherwise the token host would have refused it above.
            raise Failing("refused") from None
        except client.GarminConnectConnectionError as error:
            raise _of_api(error) from None
        finally:
            # Save the token again here, because the package continues if saving a renewed token fails.
            self.keep(self.inner.client.dumps())

    def now(self) -> datetime:
        """The time, which never goes back during a run; otherwise fetched data would be requested again."""
        self.latest = max(self.latest, self.clock.now())
        return self.latest

    @property
    def status(self) -> int | None:
        """The HTTP status of the last answer; None if there was no answer."""
        return client.last_status(self.inner)


def of_token_host(refused: client.TokenHostRefused) -> Stop:
    """The reason to stop that the token host's answer means."""
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
    """The class names of an error and its causes, including all base classes."""
    names: list[str] = []
    while error is not None and len(names) < 100:
        names += [each.__name__ for each in type(error).__mro__]
        error = error.__cause__ or error.__context__
    return names


def _retry_after(error: BaseException) -> str:
    return _header(getattr(error.__cause__, "response", None))


def _header(response: Any) -> str:
    return str(getattr(response, "headers", {}).get("Retry-After") or "")
