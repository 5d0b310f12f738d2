"""Sealed (encrypted) secrets: passwords and tokens of other services, which must stay secret even from someone who
reads the database.

    sealed = vault.seal(user_id, "garmin token", text)
    text = vault.unseal(user_id, "garmin token", sealed)

Each purpose has a key of its own, derived from SECRET_KEY by HKDF-SHA256. AES-256-GCM binds a sealed value to its
purpose and its user, so a row copied to another user or another column cannot be opened. A sealed value is: version
(1 byte), which SECRET_KEY (4 bytes of a hash), nonce (12 bytes), ciphertext with its tag.

Without SECRET_KEY, embedded mode creates a key once, in a file in the data folder that only its owner can read. With a
DATABASE_URL the operator has to set one, because several machines must have the same. SECRET_KEY_OLD only unseals.
"""

import hashlib
import os
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from milevault_core import config, env_file

FILE = "secret_key"  # in the data folder of the embedded mode
_VERSION = b"\x01"
_HEAD, _NONCE = 5, 12


class NoKey(Exception):
    """There is no SECRET_KEY; `str()` tells the operator what to do."""


class CannotUnseal(Exception):
    """The secret was sealed for another user or purpose or with a key we do not have, or it is damaged."""


def seal(user_id: int, purpose: str, text: str) -> bytes:
    """Seal a text for a user and a purpose. Raises NoKey."""
    secret = _secrets(make=True)[0]
    nonce = os.urandom(_NONCE)
    head = _VERSION + _name(secret)
    cipher = AESGCM(_key(secret, purpose))
    return head + nonce + cipher.encrypt(nonce, text.encode(), _bound_to(user_id, purpose, head))


def unseal(user_id: int, purpose: str, sealed: bytes) -> str:
    """The text that was sealed. Raises CannotUnseal and NoKey."""
    head, nonce, rest = sealed[:_HEAD], sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
    for secret in _secrets():
        if head == _VERSION + _name(secret):
            try:
                return (
                    AESGCM(_key(secret, purpose))
                    .decrypt(nonce, rest, _bound_to(user_id, purpose, head))
                    .decode()
                )
            except (InvalidTag, ValueError):
                break
    raise CannotUnseal("This was encrypted with another SECRET_KEY, or is damaged.")


def is_under_an_old_key(sealed: bytes) -> bool:
    """Whether it was sealed with an earlier SECRET_KEY and should be sealed again."""
    return sealed[:_HEAD] != _VERSION + _name(_secrets()[0])


def is_ready() -> bool:
    """Whether secrets can be sealed; in embedded mode this creates a key if there is none."""
    try:
        return bool(_secrets(make=True))
    except NoKey:
        return False


def _bound_to(user_id: int, purpose: str, head: bytes) -> bytes:
    return head + f"{int(user_id)}\0{purpose}".encode()


def _name(secret: str) -> bytes:
    """Four bytes that identify the secret without revealing it."""
    return hashlib.sha256(b"milevault which key\0" + secret.encode()).digest()[:4]


@cache
def _key(secret: str, purpose: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"milevault vault", info=purpose.encode())
    return kdf.derive(secret.encode())


def _secrets(make: bool = False) -> list[str]:
    """The secret used for sealing, then those only used for unsealing. Raises NoKey."""
    settings = config.settings()
    file = settings.data / FILE
    found = [settings.secret_key, _read(file), settings.secret_key_old]
    if make and not any(found[:2]) and not settings.database_url:
        found[1] = _make(file)
    found = [secret for secret in found if secret]
    if not found:
        raise NoKey(
            "The server has no SECRET_KEY to encrypt secrets with. Its operator must add one to .env "
            "('python3 manage.py setup' does that, or: openssl rand -hex 32) and restart MileVault."
        )
    return found


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""


def _make(file: Path) -> str:
    """Create a key in a file readable only by its owner, or read the one that another process created first."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(env_file.fresh_secret() + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _read(file)
