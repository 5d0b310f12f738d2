"""A stand-in for an identity provider on 127.0.0.1 (discovery, keys, sign-in, tokens) that can be made to lie."""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwk, jwt

CLIENT, SECRET = "milevault", "the client's secret, which is long"
PATHS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "jwks_uri": "/keys",
    "userinfo_endpoint": "/userinfo",
}


class Provider:
    """Honest when created; tests may replace `change_claims`, `answers` and the like."""

    def __init__(self) -> None:
        self.key = jwk.RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.sub, self.username, self.groups = "subject-1", "Ann", ["family"]
        self.change_claims: Callable[[dict], dict] = lambda claims: claims
        self.sign: Callable[[dict], str] = lambda claims: jwt.encode(
            {"alg": "RS256", "kid": "one"}, claims, self.key
        )
        self.change_discovery: Callable[[dict], dict] = lambda found: found
        self.answers: dict[str, tuple[int, str]] = {}  # path -> (status, body) instead of the honest one
        self.userinfo: dict[str, Any] | None = None
        self.pause_s = 0.0  # after each byte of a response
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        # What differs between products (providers.py): paths, and what else is in the responses.
        self.issuer_path = ""
        self.paths = dict(PATHS)
        self.more_discovery: dict[str, Any] = {}
        self.more_claims: dict[str, Any] = {}
        self.more_keys: list[dict] = []
        self.more_token: dict[str, Any] = {}
        self.more_callback: dict[str, str] = {}

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.issuer_path}"

    port = 0

    def discovery(self) -> dict:
        found = {name: f"http://127.0.0.1:{self.port}{path}" for name, path in self.paths.items()}
        found |= {"issuer": self.issuer, "scopes_supported": ["openid", "profile", "email", "groups"]}
        return self.change_discovery(found | self.more_discovery)

    def says(self, path: str) -> Any:
        """The response to a GET of a path."""
        if path == self.issuer_path.rstrip("/") + "/.well-known/openid-configuration":
            return self.discovery()
        if path == self.paths["jwks_uri"]:
            return {"keys": [*self.more_keys, self.key.as_dict(private=False)]}
        assert path == self.paths["userinfo_endpoint"], path
        return self.userinfo

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser is sent once the user has signed in at the provider."""
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return (
            asked["redirect_uri"]
            + "?"
            + urlencode({"code": code, "state": asked["state"]} | self.more_callback)
        )

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict]:
        asked = self.codes.pop(form.get("code", ""), None)
        user, _, password = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            asked is None
            or (user, password) != (CLIENT, SECRET)
            or asked["redirect_uri"] != form["redirect_uri"]
            or base64.urlsafe_b64encode(challenge).decode().rstrip("=") != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": self.sub, "nonce": asked["nonce"], "iat": now, "exp": now + 300,
            "preferred_username": self.username, "email": "bob@example.org", "email_verified": True,
        }  # fmt: skip
        if self.userinfo is None:
            claims["groups"] = self.groups
        claims |= self.more_claims
        answer = {"id_token": self.sign(self.change_claims(claims)), "access_token": "an access token"}
        return 200, answer | self.more_token


@contextmanager
def running() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        wbufsize = -1  # send a response in one piece: the second of two would wait 40 ms for the client

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            provider.asked.append(path)
            if path in provider.answers:
                return self._say(*provider.answers[path])
            if path == provider.paths["authorization_endpoint"]:
                asked = {name: values[0] for name, values in parse_qs(query).items()}
                self.send_response(302)
                self.send_header("Location", provider.authorize(asked))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return None
            return self._say(200, json.dumps(provider.says(path)))

        def do_POST(self) -> None:
            path = urlsplit(self.path).path
            provider.asked.append(path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if path in provider.answers:
                return self._say(*provider.answers[path])
            form = {name: values[0] for name, values in parse_qs(body).items()}
            status, found = provider.token(form, self.headers.get("Authorization", ""))
            return self._say(status, json.dumps(found))

        def _say(self, status: int, body: str) -> None:
            data = body.encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", body)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            with suppress(OSError):  # the client hung up
                if not provider.pause_s:
                    self.wfile.write(data)
                for byte in data if provider.pause_s else b"":
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    time.sleep(provider.pause_s)

        def log_message(self, *_) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
