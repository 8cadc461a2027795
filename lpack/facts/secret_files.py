"""Files that hold credentials, told by their name and a look at what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lpack.lazily import pattern
from lpack.values import dataclass

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of file: the ends of its paths, and what it holds if it is not only named so."""

    words: str
    endings: tuple[str, ...]
    holds: re.Pattern[bytes]


_PRIVATE = rb"-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
_SAMPLES = (".example", ".sample", ".template", ".dist", ".defaults")
_KINDS = (
    _Kind(
        "values that are named like secrets",
        ("/.env", "/.env."),
        pattern(
            rb"(?im)^[ \t]*(?:export[ \t]+)?[A-Z_]\w{0,100}(?:KEY|TOKEN|SECRET|PASS|PASSWORD|PWD|"
            rb"CREDENTIALS?|DSN|DATABASE_URL|_URI)\w{0,20}[ \t]*=[ \t]*[\"']?[^\s\"'#$<{]{6}"
        ),
    ),
    _Kind(
        "AWS credentials",
        ("/.aws/credentials", "/.aws/config", "/.boto", "/.s3cfg"),
        pattern(rb"(?im)^[ \t]*(?:aws_secret_access_key|secret_key)[ \t]*=[ \t]*\S{20}"),
    ),
    _Kind(
        "a private key",
        (
            *("/id_rsa", "/id_dsa", "/id_ecdsa", "/id_ed25519"),
            *(".pem", ".key", ".asc", ".gpg", ".pkcs8"),
        ),
        pattern(_PRIVATE + rb"\s{1,4}[\w+/=:, -]{16}"),
    ),
    _Kind("a private key", (".ppk",), pattern(rb"PuTTY-User-Key-File-")),
    _Kind("a store of private keys", (".p12", ".pfx"), pattern(rb"\A\x30[\x80-\x84]")),
    _Kind("a store of passwords", (".kdbx",), pattern(rb"\A\x03\xd9\xa2\x9a")),
    _Kind(
        "a token of npm",
        ("/.npmrc", "/.yarnrc", "/.yarnrc.yml"),
        pattern(
            rb"(?i)(?:_authToken|_auth|_password|npmAuthToken)[\"']?\s*[=:]\s*[\"']?[\w+/=.-]{12}"
        ),
    ),
    _Kind(
        "a password of a package index",
        ("/.pypirc", "/pip.conf", "/.pip/pip.conf"),
        pattern(
            rb"(?im)^[ \t]*password[ \t]*[=:][ \t]*[^\s$<{]{4}|://[^\s:/@]{1,100}:[^\s@${<]{4,200}@"
        ),
    ),
    _Kind(
        "logins",
        ("/.netrc", "/_netrc", "/.authinfo"),
        pattern(rb"(?i)\bpassword\s+[^\s$<{]{4}"),
    ),
    _Kind("logins of git", ("/.git-credentials",), pattern(rb"://[^\s:/@]{1,200}:[^\s@]{4,300}@")),
    _Kind(
        "passwords of PostgreSQL",
        ("/.pgpass",),
        pattern(rb"(?m)^[^#\s:]+:[^:\n]*:[^:\n]*:[^:\n]*:."),
    ),
    _Kind(
        "logins of container registries",
        ("/.dockercfg", "/.docker/config.json"),
        pattern(rb"\"(?:auth|identitytoken|password)\"\s*:\s*\"[^\"]{8}"),
    ),
    _Kind(
        "the state of Terraform, which holds what it set, passwords included",
        (".tfstate", ".tfstate.backup"),
        pattern(rb"\"(?:terraform_version|lineage)\"\s*:"),
    ),
    _Kind(
        "logins of Kubernetes",
        ("/kubeconfig", "/.kube/config", ".kubeconfig"),
        pattern(rb"(?m)^\s*(?:client-key-data|token|password)\s*:\s*[\"']?\S{8}"),
    ),
    _Kind("hashed passwords", ("/.htpasswd",), pattern(rb"(?m)^[^:\s]{1,100}:(?:\$|\{SHA\})")),
    _Kind("a token of Vault", ("/.vault-token",), pattern(rb"\A\s*(?:hvs\.|s\.)?[\w-]{16}")),
    _Kind(
        "the key of a Google service account",
        (".json",),
        pattern(
            rb"(?s)\A(?=.{0,6000}\"type\"\s*:\s*\"service_account\")"
            rb".{0,6000}\"private_key\"\s*:\s*\"-----BEGIN"
        ),
    ),
    _Kind(
        "the secret of an OAuth client",
        ("/client_secret.json", "/client_secrets.json", "/credentials.json", "/token.json"),
        pattern(rb"\"(?:client_secret|refresh_token)\"\s*:\s*\"[\w./+=-]{12}"),
    ),
)


def is_credential(path: str) -> bool:
    """Tell whether a file may hold credentials, by its name alone."""
    return any(_is_named(path, one.endings) for one in _KINDS)


def kind_of_file(path: str, content: bytes) -> str | None:
    """Say in words what credentials a file holds; None where it only has the name of one."""
    for one in _KINDS:
        if _is_named(path, one.endings) and one.holds.search(content):
            return one.words
    return None


def _is_named(path: str, endings: Iterable[str]) -> bool:
    place = f"/{path}"
    name = place[place.rfind("/") :]
    return any(
        name.startswith(ending) and not name.endswith(_SAMPLES)
        if ending.endswith(".")
        else place.endswith(ending)
        for ending in endings
    )
