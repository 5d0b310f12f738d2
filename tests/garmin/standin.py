"""A stand-in for Garmin Connect on 127.0.0.1, for the real garminconnect: token host, sign-in and API in one.

    with StandIn() as garmin:
        garmin.activities = [entry(1), …]; garmin.first_day = …
        garmin.answer["/hrv-service"] = Answer(429, headers={"Retry-After": "77"})

Every request is in `garmin.seen`. Its data about days is invented, and the same every time.
"""

import base64
import io
import json
import threading
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CANARY = "CANARY7c2f"  # part of every secret: it must not appear in any log, page, error or dump
EMAIL, PASSWORD, CODE = f"{CANARY}@example.org", f"{CANARY}-password", "123456"
NAME = "d6a0f3c2-name"


def jwt(expires_s: float, number: int = 0) -> str:
    """An access token like Garmin's: three parts, from which the library reads the expiry."""

    def part(content: dict) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    claims = {"exp": int(expires_s), "client_id": "GARMIN_CONNECT_MOBILE_ANDROID_DI_2025Q2", "n": number}
    return f"{part({'alg': 'RS256', 'typ': 'JWT'})}.{part(claims)}.{CANARY}"


@dataclass
class Answer:
    """What to answer instead, and to how many requests (None: all)."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    times: int | None = None
    kind: str = "application/json"
    wait: threading.Event | None = None  # there is no answer before this is set
    cut: bool = False  # the connection ends in the middle of the body
    drips: bool = False  # the body comes byte by byte


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        for name, data in files.items():
            opened.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


def entry(number: int, start: str = "2026-06-01 10:00:00", **more: Any) -> dict[str, Any]:
    """An entry of the activity list."""
    made = {
        "activityId": 9_000_000_000 + number, "activityName": f"Run {number}", "description": f"Notes {number}",
        "startTimeGMT": start, "startTimeLocal": start, "activityType": {"typeKey": "trail_running"},
        "duration": 1800.0, "elapsedDuration": 1900.0, "distance": 5000.0, "calories": 300.0, "averageHR": 140.0,
        "manualActivity": False, "gear": [{"displayName": "Old shoes"}],
    }  # fmt: skip
    return made | more


class StandIn:
    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        self.answer: dict[str, Answer] = {}  # by the start of the path
        self.activities: list[dict[str, Any]] = []
        self.files: dict[int, bytes] = {}  # zips by activity id
        self.nights: dict[str, dict[str, Any]] = {}  # instead of the usual ones, by day
        self.wellness: dict[str, bytes] = {}  # FIT files of each day, by name
        self.first_day = date(2026, 1, 1)  # of health data
        self.last_day = date(2026, 12, 31)
        self.upload = "2026-11-28T20:00:00.0"
        self.name = NAME
        self.refresh_token, self.access_token = f"{CANARY}-R0", jwt(time.time() + 86_400)
        self.renewed = 0
        self.before: Callable[[str], None] = lambda path: None  # called with each path
        self.wants_code = False
        self.closed = threading.Event()

    def __enter__(self) -> "StandIn":
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"garmin": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closed.set()
        for answer in self.answer.values():
            if answer.wait:
                answer.wait.set()
        self._server.shutdown()
        self._server.server_close()

    def token(self, is_old: bool = False) -> str:
        """The token of a signed-in account; is_old: it has to be renewed first."""
        access = jwt(time.time() - 10) if is_old else self.access_token
        names = ("di_token", "di_refresh_token", "di_client_id")
        return json.dumps(dict(zip(names, (access, self.refresh_token, "A_CLIENT"), strict=True)))

    def revoke(self) -> None:
        """Revoke every access token; the refresh token stays valid."""
        self.access_token = "none"

    def paths(self, method: str = "") -> list[str]:
        return [path for way, path, _ in self.seen if way.startswith(method)]

    def calls(self) -> list[str]:
        """The calls to the API and the token host, without the pages of a sign-in."""
        return [path for path in self.paths() if not path.startswith(("/mobile", "/portal", "/sso"))]

    def renew(self) -> dict[str, Any]:
        self.renewed += 1
        self.access_token = jwt(time.time() + 86_400, self.renewed)
        self.refresh_token = f"{CANARY}-R{self.renewed}"
        return {"access_token": self.access_token, "refresh_token": self.refresh_token, "expires_in": 86_400}

    # ── days ────────────────────────────────────────────────────────────────────────────────────────────────

    def has(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def days(self, first: str, last: str) -> list[date]:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
        return [day for n in range((end - begin).days + 1) if self.has(day := begin + timedelta(days=n))]


def steps(day: date) -> int:
    return 5000 + day.toordinal() % 7000


def summary(day: date) -> dict[str, Any]:
    return {
        "calendarDate": day.isoformat(), "totalSteps": steps(day), "totalDistanceMeters": 4000,
        "restingHeartRate": 48, "lastSevenDaysAvgRestingHeartRate": 50, "minHeartRate": 45, "maxHeartRate": 150,
        "averageStressLevel": 30, "maxStressLevel": 90, "bodyBatteryHighestValue": 90, "bodyBatteryLowestValue": 20,
        "activeKilocalories": 500.0, "bmrKilocalories": 1700.0, "totalKilocalories": 2200.0,
        "wellnessStartTimeGmt": f"{day}T00:00:00.0", "wellnessEndTimeGmt": f"{day}T23:59:00.0",
        "bodyBatteryAtWakeTime": 85, "privacyProtected": False,
    }  # fmt: skip


def _night_ms(day: date) -> tuple[int, int]:
    end = (day.toordinal() - date(1970, 1, 1).toordinal()) * 86_400_000 + 6 * 3_600_000
    return end - 28_800_000, end


class _Handler(BaseHTTPRequestHandler):
    wbufsize = -1  # send an answer in one go: the second of two parts would wait 40 ms for the client
    garmin: StandIn
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None: ...

    def give(self, content: Any, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)

    def _is_told_otherwise(self, path: str) -> bool:
        for begin, answer in self.garmin.answer.items():
            if path.startswith(begin) and answer.times != 0:
                if answer.times is not None:
                    answer.times -= 1
                if answer.wait is not None:
                    answer.wait.wait(20)
                    self.close_connection = True
                    return True
                if answer.drips:
                    self._drip(answer.body)
                    return True
                if answer.cut:
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(answer.body) + 1000))
                    self.end_headers()
                    self.wfile.write(answer.body)
                    self.close_connection = True
                    return True
                self.give(answer.body, answer.status, answer.kind, **answer.headers)
                return True
        return False

    def _drip(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            for n in range(len(body)):
                self.wfile.write(body[n : n + 1])
                self.garmin.closed.wait(0.005)
        except OSError:
            self.close_connection = True  # the other side has given up

    def do_POST(self) -> None:
        garmin = self.garmin
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = urlsplit(self.path).path
        garmin.seen.append(("POST", path, {}))
        garmin.before(path)
        if self._is_told_otherwise(path):
            return
        if path.endswith("/api/login"):
            self._login(json.loads(raw))
        elif path.endswith("/mfa/verifyCode"):
            is_right = json.loads(raw)["mfaVerificationCode"] == CODE
            is_right = is_right and f"SESSION={CANARY}-cookie" in self.headers.get("Cookie", "")
            ticket = {"serviceTicketId": f"ST-{CANARY}"} if is_right else {}
            self.give(
                {"responseStatus": {"type": "SUCCESSFUL" if is_right else "MFA_CODE_INVALID"}, **ticket}
            )
        elif path == "/di-oauth2-service/oauth/token":
            form = parse_qs(raw.decode())
            told = form.get("refresh_token", [""])[0]
            if form["grant_type"][0] == "refresh_token" and told != garmin.refresh_token:
                self.give({"error": "invalid_grant"}, 400)
            else:
                self.give(garmin.renew())
        else:
            self.give({"message": "no such page"}, 404)

    def _login(self, told: dict[str, str]) -> None:
        if (told["username"], told["password"]) != (EMAIL, PASSWORD):
            self.give({"responseStatus": {"type": "INVALID_USERNAME_PASSWORD"}})
        elif self.garmin.wants_code:
            answer = {
                "responseStatus": {"type": "MFA_REQUIRED"},
                "customerMfaInfo": {"mfaLastMethodUsed": "email"},
            }
            self.give(answer, Set_Cookie=f"SESSION={CANARY}-cookie; Path=/")
        else:
            self.give({"responseStatus": {"type": "SUCCESSFUL"}, "serviceTicketId": f"ST-{CANARY}"})

    def do_GET(self) -> None:
        garmin, address = self.garmin, urlsplit(self.path)
        path = address.path
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        garmin.seen.append(("GET", path, query))
        garmin.before(path)
        if self._is_told_otherwise(path):
            return
        if path.startswith(("/mobile/sso", "/portal/sso")):
            return self.give(b"<html></html>", kind="text/html")
        if self.headers.get("Authorization") != f"Bearer {garmin.access_token}":
            return self.give({"message": "Token is not active"}, 401)
        for begin, handle in _API.items():
            if path.startswith(begin):
                return handle(self, path.removeprefix(begin).strip("/").split("/"), query)
        return self.give({"message": "no such page"}, 404)

    # ── the API ─────────────────────────────────────────────────────────────────────────────────────────────

    def profile(self, _: list[str], __: dict[str, str]) -> None:
        self.give({"displayName": self.garmin.name, "fullName": "Ann Example", "profileId": 7})

    def uploaded(self, _: list[str], __: dict[str, str]) -> None:
        self.give(self.garmin.upload)

    def list_activities(self, _: list[str], query: dict[str, str]) -> None:
        begin, count = int(query["start"]), int(query["limit"])
        newest = sorted(
            self.garmin.activities, key=lambda e: (e["startTimeGMT"], str(e["activityId"])), reverse=True
        )
        self.give(newest[begin : begin + count])

    def original(self, rest: list[str], _: dict[str, str]) -> None:
        data = self.garmin.files.get(int(rest[0]))
        self.give({"message": "no file"}, 404) if data is None else self.give(data, kind="application/zip")

    def day_files(self, rest: list[str], _: dict[str, str]) -> None:
        if not self.garmin.wellness or not self.garmin.has(date.fromisoformat(rest[0])):
            return self.give({"message": "nothing"}, 404)
        return self.give(zipped(self.garmin.wellness), kind="application/zip")

    def summaries(self, _: list[str], query: dict[str, str]) -> None:
        days = self.garmin.days(query["startDate"], query["endDate"])
        self.give({"data": [summary(day) for day in days]})

    def sleep_range(self, rest: list[str], _: dict[str, str]) -> None:
        rows = []
        for day in self.garmin.days(*rest[-2:]):
            start, end = _night_ms(day)
            values = {"deepTime": 5400, "lightTime": 14_400, "remTime": 5400, "awakeTime": 1200, "sleepScore": 80,
                      "gmtSleepStartTimeInMillis": start, "gmtSleepEndTimeInMillis": end}  # fmt: skip
            rows.append({"calendarDate": day.isoformat(), "values": values})
        self.give({"individualStats": rows})

    def night(self, _: list[str], query: dict[str, str]) -> None:
        day = date.fromisoformat(query["date"])
        start, end = _night_ms(day)
        row = {"calendarDate": day.isoformat(), "sleepStartTimestampGMT": start, "sleepEndTimestampGMT": end,
               "deepSleepSeconds": 5400, "lightSleepSeconds": 14_400, "remSleepSeconds": 5400,
               "awakeSleepSeconds": 1200, "avgSleepStress": 15.0,
               "sleepScores": {"overall": {"value": 82}}}  # fmt: skip
        row = self.garmin.nights.get(day.isoformat(), row)
        self.give({"dailySleepDTO": row if self.garmin.has(day) else {}, "sleepLevels": []})

    def heart_rate_variability(self, rest: list[str], _: dict[str, str]) -> None:
        found = self.garmin.days(*rest[-2:])
        if not found:
            return self.give(b"", 204)
        rows = [{"calendarDate": day.isoformat(), "lastNightAvg": 60, "weeklyAvg": 58, "status": "BALANCED",
                 "baseline": {"balancedLow": 50, "balancedUpper": 70}} for day in found]  # fmt: skip
        return self.give({"hrvSummaries": rows})

    def weights(self, rest: list[str], _: dict[str, str]) -> None:
        rows = [{"summaryDate": day.isoformat(), "allWeightMetrics": [
                 {"calendarDate": day.isoformat(), "weight": 70_000.0 + day.day, "timestampGMT": 1}]}
                for day in self.garmin.days(*rest[-2:]) if day.day % 7 == 0]  # fmt: skip
        self.give({"dailyWeightSummaries": rows})

    def readiness(self, rest: list[str], _: dict[str, str]) -> None:
        self.give([{"calendarDate": day.isoformat(), "timestamp": f"{day}T06:00:00.0", "score": 70, "level": "HIGH",
                    "recoveryTime": 600} for day in self.garmin.days(*rest[-2:])])  # fmt: skip

    def fitness(self, rest: list[str], _: dict[str, str]) -> None:
        self.give([{"generic": {"calendarDate": day.isoformat(), "vo2MaxPreciseValue": 52.3}, "cycling": None}
                   for day in self.garmin.days(*rest[-2:]) if day.day % 5 == 0])  # fmt: skip

    def status(self, _: list[str], query: dict[str, str]) -> None:
        found = self.garmin.days(query["fromCalendarDate"], query["toCalendarDate"])
        weeks = [day.isoformat() for day in found if day.weekday() == 0 or day == self.garmin.last_day]
        watches = ((3900000001, "PRODUCTIVE_2", True), (3900000002, "NO_STATUS", False))
        rows = {
            str(watch): [{"calendarDate": day, "trainingStatus": 7, "trainingStatusFeedbackPhrase": said,
                          "primaryTrainingDevice": is_first} for day in weeks]
            for watch, said, is_first in watches
        }  # fmt: skip
        self.give({"reportData": rows})


_API: dict[str, Callable[[_Handler, list[str], dict[str, str]], None]] = {
    "/userprofile-service/socialProfile": _Handler.profile,
    "/wellness-service/wellness/syncTimestamp": _Handler.uploaded,
    "/activitylist-service/activities/search/activities": _Handler.list_activities,
    "/download-service/files/activity/": _Handler.original,
    "/download-service/files/wellness/": _Handler.day_files,
    "/usersummary-service/v2/dailysummaries": _Handler.summaries,
    "/sleep-service/stats/sleep/daily/": _Handler.sleep_range,
    "/wellness-service/wellness/dailySleepData/": _Handler.night,
    "/hrv-service/hrv/daily/": _Handler.heart_rate_variability,
    "/weight-service/weight/range/": _Handler.weights,
    "/metrics-service/metrics/trainingreadiness/": _Handler.readiness,
    "/metrics-service/metrics/maxmet/daily/": _Handler.fitness,
    "/metrics-service/metrics/trainingstatus/weekly/": _Handler.status,
}
