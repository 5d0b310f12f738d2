"""Settings of the identity provider (PocketID or another OpenID Connect provider): those an administrator has made in
the app, otherwise POCKETID_ISSUER, POCKETID_CLIENT_ID and POCKETID_CLIENT_SECRET from the environment. Changes take
effect at once."""

import base64
import binascii
from dataclasses import dataclass, replace

from milevault_core import config
from milevault_core.accounts import vault
from milevault_core.accounts.rules import Refused
from milevault_core.store import server_settings

_NAMES = ("issuer", "client_id", "secret", "label", "creates_accounts", "group")
_PURPOSE, _NOBODY = "oidc client secret", 0  # sealed for the server, not for a user


@dataclass(frozen=True)
class Provider:
    issuer: str = ""
    client_id: str = ""
    client_secret: str = ""
    label: str = "PocketID"  # on the sign-in page
    creates_accounts: bool = False  # for members of `group` who sign in for the first time
    group: str = ""
    is_set_here: bool = False  # set in the app, not in the environment

    @property
    def is_ready(self) -> bool:
        return bool(self.issuer and self.client_id)

    def __repr__(self) -> str:  # never the secret, not even in a traceback
        return f"Provider({self.issuer!r})"


def current() -> Provider:
    """The provider set by an administrator, or otherwise by the environment."""
    settings, found = config.settings(), server_settings.read()
    if "oidc_issuer" not in found:
        return Provider(
            settings.pocketid_issuer.rstrip("/"), settings.pocketid_client_id, settings.pocketid_client_secret
        )
    return Provider(
        issuer=found["oidc_issuer"],
        client_id=found.get("oidc_client_id", ""),
        client_secret=_unsealed(found.get("oidc_secret", "")),
        label=found.get("oidc_label") or "PocketID",
        creates_accounts=found.get("oidc_creates_accounts") == "yes",
        group=found.get("oidc_group", ""),
        is_set_here=True,
    )


def save(provider: Provider) -> Provider:
    """Use this provider from now on. An empty secret keeps the stored one if the issuer is the same. The caller has
    checked that the provider answers (oidc.discover). Raises Refused with a sentence, and vault.NoKey."""
    if provider.creates_accounts and not provider.group:
        raise Refused("Name the group whose members get an account. Without one, everybody there would.")
    if not provider.client_secret:
        now = current()
        if now.client_secret and now.issuer != provider.issuer:
            raise Refused("Enter the client secret of this issuer: the one stored here is another issuer's.")
        provider = replace(provider, client_secret=now.client_secret)
    sealed = base64.b64encode(vault.seal(_NOBODY, _PURPOSE, provider.client_secret)).decode()
    values = (
        provider.issuer, provider.client_id, sealed, provider.label[:40],
        "yes" if provider.creates_accounts else "no", provider.group[:200],
    )  # fmt: skip
    server_settings.save({f"oidc_{name}": value for name, value in zip(_NAMES, values, strict=True)})
    return current()


def reset() -> None:
    """Use the provider from the environment again."""
    server_settings.save({f"oidc_{name}": None for name in _NAMES})


def _unsealed(sealed: str) -> str:
    try:
        return vault.unseal(_NOBODY, _PURPOSE, base64.b64decode(sealed))
    except (vault.CannotUnseal, vault.NoKey, binascii.Error):
        return ""  # SECRET_KEY has changed: the provider refuses us until the administrator enters the secret again
