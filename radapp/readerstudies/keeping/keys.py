"""The installation's signing key: Ed25519, in a file outside the database (AUDIT_KEY_FILE), made when first needed."""

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from radapp.readerstudies.canonical import canonical


class AuditKeyRefusedError(RuntimeError):
    """The file of the audit key holds something else; the text says what was expected."""


def signing_key() -> Ed25519PrivateKey:
    """The key of AUDIT_KEY_FILE; made there (mode 0600) where no file is. Raises AuditKeyRefusedError for another file."""
    path = Path(settings.AUDIT_KEY_FILE)
    return _read(path) if path.exists() else _made(path)


def own_public_key() -> str | None:
    """The public half in hexadecimal digits; None where this installation has no key yet."""
    path = Path(settings.AUDIT_KEY_FILE)
    return public_of(_read(path)) if path.exists() else None


def public_of(key: Ed25519PrivateKey) -> str:
    """The public half, as heads name it."""
    return key.public_key().public_bytes_raw().hex()


def is_signed(content: object, signature: str, public_key: str) -> bool:
    """Whether this signature is that key's under the content's canonical JSON; False too for what is no key or signature."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), canonical(content))
    except (InvalidSignature, ValueError):
        return False
    return True


def _read(path: Path) -> Ed25519PrivateKey:
    expected = f"expected an Ed25519 private key in PEM without a password in {path} (AUDIT_KEY_FILE)"
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise AuditKeyRefusedError(f"found no key that can be read ({error}); {expected}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise AuditKeyRefusedError(f"found a key of another kind ({type(key).__name__}); {expected}")
    return key


def _made(path: Path) -> Ed25519PrivateKey:
    """A new key. The file appears whole; of two processes that make one at once, both take the first."""
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        return _read(path)
    finally:
        aside.unlink()
    sync_folder(path.parent)
    return key


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
