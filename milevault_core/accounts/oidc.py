"""OpenID Connect, the authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636): from an unknown visitor to
(issuer, subject). identities.py finds the user for them.

Everything in one attempt is derived from one random word in the visitor's cookie: the state and nonce that the
provider sees, and the PKCE verifier. So an answer is accepted only once, and only in the browser that asked.
"""

import base64
import hashlib
import json
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwk, jwt
from joserfc.errors import JoseError
from urllib3.exceptions import HTTPError

from milevault_core.accounts.oidc_settings import Provider

ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "ES256",
    "ES384",
    "EdDSA",
    "Ed25519",
)  # never "none", never HMAC with the client secret
SCOPE = "openid profile email groups"
_TIMEOUT_S, _MOST_BYTES, _LEEWAY_S, _MOST_OF_A_NAME = 10, 1 << 20, 60, 255


class NotSignedIn(Exception):
    """The provider's answer is not accepted. `str()` is for the log: it has no token, no code and no visitor data."""


@dataclass(frozen=True)
class Endpoints:
    authorization: str
    token: str
    keys: str
    userinfo: str = ""
    scopes: frozenset[str] = frozenset()
    posts_secret: bool = False  # the client secret is sent in the form, not in a header


@dataclass(frozen=True)
class Person:
    issuer: str
    subject: str
    username: str  # the name at the provider; only a suggestion, proves nothing
    groups: frozenset[str]


_KNOWN_S = 300.0
_known: dict[str, tuple[float, Endpoints]] = {}  # by issuer: (when read, monotonic s; endpoints)
# Anyone can cause this work: a slow provider must not block all the threads that serve other requests.
_few_at_a_time = threading.BoundedSemaphore(4)


def endpoints_of(issuer: str) -> Endpoints:
    """The result of `discover`, cached for five minutes. Raises NotSignedIn."""
    read_at, known = _known.get(issuer, (-math.inf, None))
    if known is not None and time.monotonic() < read_at + _KNOWN_S:
        return known
    with _one_of_a_few():
        found = discover(issuer)
    _known.clear()  # there is one provider at a time
    _known[issuer] = (time.monotonic(), found)
    return found


def forget_endpoints() -> None:
    """Clear the cache, so that the endpoints are read again next time."""
    _known.clear()


@contextmanager
def _one_of_a_few() -> Iterator[None]:
    if not _few_at_a_time.acquire(blocking=False):
        raise NotSignedIn("Too many sign-ins wait for the provider at once.")
    try:
        yield
    finally:
        _few_at_a_time.release()


def discover(issuer: str) -> Endpoints:
    """The endpoints in the provider's discovery document. Raises NotSignedIn if it cannot be used."""
    _check_address(issuer)
    found = _get(issuer.rstrip("/") + "/.well-known/openid-configuration")
    if str(found.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
        raise NotSignedIn("The discovery document is another issuer's.")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    authorization, token, keys = addresses = [str(found.get(name, "")) for name in names]
    userinfo = str(found.get("userinfo_endpoint", "") or "")
    for address in (*addresses, *filter(None, [userinfo])):
        _check_address(address)
    methods = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Endpoints(
        authorization,
        token,
        keys,
        userinfo=userinfo,
        scopes=frozenset(found.get("scopes_supported") or SCOPE.split()),
        posts_secret="client_secret_basic" not in methods and "client_secret_post" in methods,
    )


def address(provider: Provider, endpoints: Endpoints, word: str, redirect: str) -> str:
    """The URL where the visitor signs in. word: the random word of this attempt."""
    scopes = [scope for scope in SCOPE.split() if scope == "openid" or scope in endpoints.scopes]
    found: str = add_params_to_uri(
        endpoints.authorization,
        [
            ("response_type", "code"),
            ("client_id", provider.client_id),
            ("redirect_uri", redirect),
            ("scope", " ".join(scopes)),
            ("state", derived(word, "state")),
            ("nonce", derived(word, "nonce")),
            ("code_challenge", create_s256_code_challenge(derived(word, "verifier"))),
            ("code_challenge_method", "S256"),
        ],
    )
    return found


def derived(word: str, what: str) -> str:
    """A value for the provider derived from the word in the cookie, which cannot be recovered from it."""
    digest = hashlib.sha256(f"milevault oidc {what}\0{word}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def exchange(provider: Provider, endpoints: Endpoints, word: str, code: str, redirect: str) -> Person:
    """Exchange an authorization code for the person who signed in. Raises NotSignedIn."""
    with _one_of_a_few():
        return _exchange(provider, endpoints, word, code, redirect)


def _exchange(provider: Provider, endpoints: Endpoints, word: str, code: str, redirect: str) -> Person:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "code_verifier": derived(word, "verifier"),
    }
    basic = None
    if provider.client_secret and not endpoints.posts_secret:
        basic = (provider.client_id, provider.client_secret)
    else:
        form["client_id"] = provider.client_id
        if provider.client_secret:
            form["client_secret"] = provider.client_secret
    answer = _fetch("POST", endpoints.token, data=form, auth=basic)
    claims = _claims(provider, endpoints, str(answer.get("id_token", "")), derived(word, "nonce"))
    groups = claims.get("groups")
    if groups is None and provider.group and endpoints.userinfo:
        more = _get(endpoints.userinfo, headers={"Authorization": f"Bearer {answer.get('access_token', '')}"})
        if more.get("sub") != claims["sub"]:
            raise NotSignedIn("The user information is about somebody else.")
        groups = more.get("groups")
    named = groups if isinstance(groups, list) else []
    return Person(
        provider.issuer,
        claims["sub"],
        str(claims.get("preferred_username") or claims.get("name") or ""),
        frozenset(plain_group(group) for group in named if isinstance(group, str)),
    )


def plain_group(name: str) -> str:
    """A group name without the slash with which Keycloak begins its path."""
    return name.removeprefix("/")


def _claims(provider: Provider, endpoints: Endpoints, id_token: str, nonce: str) -> dict[str, Any]:
    """The claims of an id_token, fully validated (OpenID Connect Core, 3.1.3.7). Raises NotSignedIn."""
    try:
        keys = jwk.KeySet.import_key_set(_get(endpoints.keys))  # type: ignore[arg-type]
        claims = jwt.decode(id_token, keys, algorithms=list(ALGORITHMS)).claims
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise NotSignedIn(f"The id_token is not signed by the provider ({type(error).__name__}).") from None
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    now = time.time()
    wrong = [
        what
        for what, is_right in (
            ("iss", str(claims.get("iss", "")).rstrip("/") == provider.issuer.rstrip("/")),
            ("aud", provider.client_id in audiences),
            ("azp", claims.get("azp", provider.client_id) == provider.client_id),
            ("azp", len(audiences) == 1 or "azp" in claims),
            ("exp", _is_number(claims.get("exp")) and claims["exp"] > now - _LEEWAY_S),
            ("iat", _is_number(claims.get("iat")) and claims["iat"] < now + _LEEWAY_S),
            ("nonce", claims.get("nonce") == nonce),
            ("sub", isinstance(claims.get("sub"), str) and 0 < len(claims["sub"]) <= _MOST_OF_A_NAME),
        )
        if not is_right
    ]
    if wrong:
        raise NotSignedIn(f"The id_token has a wrong {wrong[0]}.")
    return claims


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_address(address: str) -> None:
    """Allow https, or http on this machine. Raises NotSignedIn for anything else."""
    parts = urlsplit(address)
    is_here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not (parts.scheme == "https" and parts.hostname) and not is_here:
        raise NotSignedIn("An address of the provider does not begin with https://.")
    if parts.username or parts.password:
        raise NotSignedIn("An address of the provider has a password in it.")


def _get(url: str, **named: Any) -> dict[str, Any]:
    return _fetch("GET", url, **named)


def _fetch(method: str, url: str, **named: Any) -> dict[str, Any]:
    """A JSON object from the provider: no redirects, at most ten seconds and 1 MiB. Raises NotSignedIn."""
    try:
        with requests.Session() as session:
            session.trust_env = False  # no .netrc, which could send other credentials to the provider
            end = time.monotonic() + _TIMEOUT_S
            with session.request(
                method, url, timeout=_TIMEOUT_S, allow_redirects=False, stream=True, **named
            ) as answer:
                body = b""
                # read1 returns what has arrived so far: if we waited for a full block, a server that sends one byte a
                # second would never hit the time limit.
                while piece := answer.raw.read1(1 << 16, decode_content=True):
                    body += piece
                    if len(body) > _MOST_BYTES or time.monotonic() > end:
                        raise NotSignedIn("The provider's answer is too long, or too slow.")
                if answer.status_code != 200:
                    raise NotSignedIn(f"The provider answered {answer.status_code}.")
    except (requests.RequestException, HTTPError) as error:
        raise NotSignedIn(f"The provider does not answer ({type(error).__name__}).") from None
    try:
        found = json.loads(body)
    except ValueError:
        raise NotSignedIn("The provider's answer is not JSON.") from None
    if not isinstance(found, dict):
        raise NotSignedIn("The provider's answer is not a JSON object.")
    return found
