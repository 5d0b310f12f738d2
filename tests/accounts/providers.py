"""What PocketID, Keycloak and Authentik respond according to their documentation and published source: where their
endpoints are, and what their discovery document, keys, token and claims contain beyond the standard. The stand-in
(provider.py) responds like this; the products themselves have not been tested.
"""

from collections.abc import Callable
from functools import cache

from joserfc import jwk

from tests.accounts.provider import CLIENT, Provider


@cache
def _key_for_encryption() -> dict:
    made = jwk.RSAKey.generate_key(2048, {"kid": "for encryption", "use": "enc", "alg": "RSA-OAEP"})
    return made.as_dict(private=False) | {"x5t": "aaaa", "x5t#S256": "bbbb"}


def pocketid(provider: Provider) -> None:
    """The issuer is the address itself; only passkeys, which amr states; groups if the scope was granted. The response
    names the issuer (RFC 9207)."""
    provider.paths = {
        "authorization_endpoint": "/authorize",
        "token_endpoint": "/api/oidc/token",
        "userinfo_endpoint": "/api/oidc/userinfo",
        "jwks_uri": "/.well-known/jwks.json",
    }
    provider.more_discovery = {
        "scopes_supported": ["openid", "profile", "email", "groups", "offline_access"],
        "claims_supported": ["sub", "given_name", "family_name", "name", "display_name", "email", "email_verified",
                             "preferred_username", "picture", "groups", "auth_time", "amr"],
        "response_types_supported": ["code", "id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "authorization_response_iss_parameter_supported": True,
        "code_challenge_methods_supported": ["plain", "S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
    }  # fmt: skip
    provider.sub = "3b1f2c9e-5f0a-4c63-9b57-2f5d1f0c8a11"
    provider.more_claims = {
        "type": "id-token", "auth_time": 1_780_000_000, "amr": ["phr"], "name": "Ann Example", "display_name": "Ann",
        "given_name": "Ann", "family_name": "Example", "email_verified": False,
        "picture": provider.issuer + "/api/users/3b1f2c9e/profile-picture.png",
    }  # fmt: skip
    provider.more_token = {"token_type": "Bearer", "expires_in": 3600, "refresh_token": "a refresh token"}
    provider.more_callback = {"iss": provider.issuer}


def keycloak(provider: Provider) -> None:
    """The issuer is a realm; a second key is for encryption; groups come from a mapper, with their full path; there is
    no scope called groups."""
    realm = "/realms/home"
    provider.issuer_path = realm
    provider.paths = {
        "authorization_endpoint": f"{realm}/protocol/openid-connect/auth",
        "token_endpoint": f"{realm}/protocol/openid-connect/token",
        "userinfo_endpoint": f"{realm}/protocol/openid-connect/userinfo",
        "jwks_uri": f"{realm}/protocol/openid-connect/certs",
    }
    provider.more_discovery = {
        "scopes_supported": ["openid", "profile", "email", "address", "phone", "roles", "web-origins", "acr", "basic",
                             "microprofile-jwt", "offline_access"],
        "claims_supported": ["aud", "sub", "iss", "auth_time", "name", "given_name", "family_name",
                             "preferred_username", "email", "acr"],
        "id_token_signing_alg_values_supported": ["PS384", "RS384", "EdDSA", "ES384", "HS256", "HS512", "ES256",
                                                  "RS256", "HS384", "ES512", "PS256", "PS512", "RS512"],
        "id_token_encryption_alg_values_supported": ["ECDH-ES", "RSA-OAEP", "RSA-OAEP-256", "RSA1_5"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic", "client_secret_post",
                                                  "tls_client_auth", "client_secret_jwt"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": True,
        "mtls_endpoint_aliases": {},
    }  # fmt: skip
    provider.more_keys = [_key_for_encryption()]
    provider.sub = "f:0b9d1c7e-6f6c-4b1e-9b0f-0d3a7c1e2f44:ann"
    provider.groups = ["/family", "/family/children"]
    provider.more_claims = {
        "typ": "ID", "azp": CLIENT, "sid": "7d1c", "acr": "1", "at_hash": "abc", "jti": "e1",
        "auth_time": 1_780_000_000, "name": "Ann Example", "given_name": "Ann", "family_name": "Example",
        "email_verified": True,
    }  # fmt: skip
    provider.more_token = {
        "token_type": "Bearer", "expires_in": 300, "refresh_expires_in": 1800, "refresh_token": "a refresh token",
        "not-before-policy": 0, "session_state": "7d1c", "scope": "openid profile email",
    }  # fmt: skip
    provider.more_callback = {"session_state": "7d1c", "iss": provider.issuer}


def authentik(provider: Provider) -> None:
    """The issuer is an application, ends with a slash, and shares its endpoints with other applications; the subject is
    a hash; groups come with the scope profile; e-mail addresses are never marked as verified."""
    provider.issuer_path = "/application/o/milevault/"
    provider.paths = {
        "authorization_endpoint": "/application/o/authorize/",
        "token_endpoint": "/application/o/token/",
        "userinfo_endpoint": "/application/o/userinfo/",
        "jwks_uri": "/application/o/milevault/jwks/",
    }
    provider.more_discovery = {
        "scopes_supported": ["email", "openid", "profile"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "acr"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "acr_values_supported": ["goauthentik.io/providers/oauth2/default"],
        "request_parameter_supported": False,
        "claims_parameter_supported": False,
    }
    provider.sub = "c0ffee" * 10 + "abcd"
    provider.groups = ["authentik Admins", "family"]
    provider.more_claims = {
        "acr": "goauthentik.io/providers/oauth2/default", "amr": ["pwd", "mfa"], "auth_time": 1_780_000_000,
        "name": "Ann Example", "given_name": "Ann Example", "nickname": "ann", "email_verified": False, "uid": "xyz",
        "sid": "abc",
    }  # fmt: skip
    provider.more_token = {"token_type": "Bearer", "expires_in": 300, "scope": "openid email profile"}


PRODUCTS: dict[str, Callable[[Provider], None]] = {
    "pocketid": pocketid,
    "keycloak": keycloak,
    "authentik": authentik,
}
