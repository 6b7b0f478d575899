"""Opens secrets, and keeps them out of what comes back: the one place where a secret is in clear."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from sesops.core.values import Answer, Call, Json, Refusal, Refused, Secret, secrets_in

CODE: Final = "SecretNotReadable"
"""The code of a refusal that is ours."""
LARGEST: Final = 64 << 10
"""Bytes of a file with a secret; what Secrets Manager holds is no longer."""
MASK: Final = "…"
_PART: Final = 12
"""Characters of a secret that are told from words that happen to be in it."""
_SHORTEST, _LONGEST = 1024, 2048
"""Bits of an RSA key that SES signs with."""


class Vault:
    """`core.ports.Vault` over an environment, files and Secrets Manager. Nothing is remembered."""

    def __init__(self, environ: Mapping[str, str], call: Callable[[Call], Answer]) -> None:
        self._environ = environ
        self._call = call

    def open(self, secret: Secret) -> str | Refusal:
        """What a secret holds, in its form, or why it cannot be had."""
        try:
            text = self._found(secret)
            return text if isinstance(text, Refusal) else _FORMS[secret.form](text)
        except _FaultError as fault:
            return Refusal(Refused.FAILED, CODE, f"{secret}: {fault}")

    def opened(self, params: Mapping[str, Json]) -> tuple[Mapping[str, Json], tuple[str, ...]] | Refusal:
        """Parameters with their secrets put in, and these; or why one cannot be had."""
        found: dict[Secret, str] = {}
        for secret in secrets_in(params):
            text = self.open(secret)
            if isinstance(text, Refusal):
                return text
            found[secret] = text
        return (_put_in(params, found) if found else params), tuple(found.values())

    def _found(self, secret: Secret) -> str | Refusal:
        if (call := secret.call) is not None:
            return self._stored(secret, call)
        return self._variable(secret.name) if secret.source == "env" else self._file(secret.name)

    def _variable(self, name: str) -> str:
        if name not in self._environ:
            raise _FaultError("the environment has no such variable")
        return self._environ[name]

    def _file(self, name: str) -> str:
        path = Path(name)
        try:
            if path.exists() and not path.is_file():
                raise _FaultError("it is no ordinary file")
            with path.open("rb") as stream:
                content = stream.read(LARGEST + 1)
        except (OSError, ValueError) as error:
            raise _FaultError(f"it cannot be read: {getattr(error, 'strerror', None) or 'no path'}") from None
        if len(content) > LARGEST:
            raise _FaultError(f"it is longer than {LARGEST >> 10} KiB")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise _FaultError("it is no UTF-8 text") from None

    def _stored(self, secret: Secret, call: Call) -> str | Refusal:
        answer = self._call(call)
        if isinstance(answer, Refusal):
            return replace(answer, message=f"{secret}: {answer.message}")
        if "SecretString" not in answer.value:
            raise _FaultError("it holds bytes, and no text")
        return str(answer.value["SecretString"])


class _FaultError(Exception):
    """What is wrong with a secret, without a word of it."""


def _put_in(value: Json, found: Mapping[Secret, str]) -> Json:
    if isinstance(value, Secret):
        return found[value]
    if isinstance(value, Mapping):
        return {key: _put_in(one, found) for key, one in value.items()}
    return [_put_in(one, found) for one in value] if isinstance(value, list | tuple) else value


def without(text: str, secrets: tuple[str, ...]) -> str:
    """A text without secrets, and without parts of them: AWS repeats values that it refuses, cut short at times."""
    for secret in secrets:
        text = _without(text.replace(secret, MASK), secret)
    return text


def _without(text: str, secret: str) -> str:
    kept: list[str] = []
    at = 0
    while at < len(text):
        end = at + _PART
        if len(text) >= end and text[at:end] in secret:
            while end < len(text) and text[at : end + 1] in secret:
                end += 1
            kept.append(MASK)
            at = end
        else:
            kept.append(text[at])
            at += 1
    return "".join(kept)


def _text(text: str) -> str:
    """One line; an editor ends a file with a line's end."""
    found = text.strip()
    if not found:
        raise _FaultError("it is empty")
    if len(found.splitlines()) > 1:
        raise _FaultError("it has more than one line")
    return found


def _private_key(text: str) -> str:
    """An RSA key in PEM, or the base64 of its DER alone, as SES takes it: PKCS#1 in base64, without a line's end."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    try:
        if "-----BEGIN" in text:
            key = serialization.load_pem_private_key(text.strip().encode(), None)
        else:
            key = serialization.load_der_private_key(base64.b64decode("".join(text.split()), validate=True), None)
    except TypeError:
        raise _FaultError("the private key is locked with a password") from None
    except (ValueError, UnsupportedAlgorithm, binascii.Error):
        raise _FaultError("it is no private key in PEM, or is damaged") from None
    if not isinstance(key, RSAPrivateKey) or not _SHORTEST <= key.key_size <= _LONGEST:
        what = f"{key.key_size} bits" if isinstance(key, RSAPrivateKey) else "another kind"
        raise _FaultError(f"SES signs with an RSA key of {_SHORTEST} to {_LONGEST} bits, and this is one of {what}")
    bare = serialization.NoEncryption()
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL, bare)
    return base64.b64encode(der).decode()


_FORMS: Final[Mapping[str, Callable[[str], str]]] = {"text": _text, "private_key": _private_key}
