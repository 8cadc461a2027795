"""What secrets look like: only forms that hardly anything else has, so that few alarms are false.

Every repetition is bounded, so that no text takes long.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from lpack.lazily import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 100_000
"""Characters of a text that are looked at."""
_ENTROPY = 4.0
"""Bits for each character; random base64 of 40 characters has about 4.8, a path 3.5."""

SECRETS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, pattern(text))
    for kind, text in (
        ("a private key", r"-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
        ("an AWS access key id", r"(?<![A-Za-z0-9])A(?:KIA|SIA)[A-Z2-7]{16}(?![A-Za-z0-9])"),
        (
            "a GitHub token",
            r"(?<![A-Za-z0-9_])(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})",
        ),
        ("a GitLab token", r"(?<![A-Za-z0-9_-])glpat-[A-Za-z0-9_-]{20,255}"),
        (
            "a Slack token",
            r"(?<![A-Za-z0-9])(?:xox[abeoprs]-(?:[0-9A-Za-z]{1,24}-){1,4}[A-Za-z0-9]{16,146}|xapp-[0-9]-[A-Z0-9]{9,14}-[0-9]{10,14}-[a-f0-9]{64})",
        ),
        (
            "a Slack webhook",
            r"hooks\.slack\.com/(?:services|workflows)/T[A-Z0-9]{7,12}/[AB][A-Z0-9]{7,12}/[A-Za-z0-9/]{18,64}",
        ),
        ("a Stripe key", r"(?<![A-Za-z0-9_])[rs]k_(?:live|test)_[A-Za-z0-9]{16,247}"),
        (
            "a signed JSON Web Token",
            r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,4000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20,1000}",
        ),
        ("a Google API key", r"(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
        ("an npm token", r"(?<![A-Za-z0-9_])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])"),
        ("a PyPI token", r"pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,500}"),
        (
            "a SendGrid key",
            r"(?<![A-Za-z0-9_])SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])",
        ),
    )
)
# One of these stands in each of them: to look for words is much faster than for expressions, which
# are neither compiled nor tried where a text has none.
_SIGNS: dict[str, tuple[str, ...]] = {
    "a private key": ("PRIVATE KEY",),
    "an AWS access key id": ("AKIA", "ASIA"),
    "a GitHub token": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    "a GitLab token": ("glpat-",),
    "a Slack token": ("xox", "xapp-"),
    "a Slack webhook": ("hooks.slack.com/",),
    "a Stripe key": ("k_live_", "k_test_"),
    "a signed JSON Web Token": ("eyJ",),
    "a Google API key": ("AIza",),
    "an npm token": ("npm_",),
    "a PyPI token": ("pypi-AgE",),
    "a SendGrid key": ("SG.",),
}
_AWS_SECRET_LENGTH = 40
_AWS_SECRET = pattern(r"[A-Za-z0-9/+]{40}")
_NAMES = pattern(r"(?i)secret|access_?key|aws_?key")
_LOGIN = pattern(
    r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s/:@?#]{0,128}:([^\s/@?#]{3,128})@([^\s/:@?#]{1,253})"
)
# The part of it that few other addresses have, and that begins with what can be looked for.
_PASSWORD = pattern(r"://[^\s/:@?#]{0,128}:[^\s/@?#]{3,128}@")
_STANDS_FOR_ONE = pattern(
    r"[][$<>{}*]|%[(s]|\A(?i:pass(?:word|wd)?|pwd|secret|changeme|x{3,}|example)\Z"
)
_HERE = ("localhost", "127.0.0.1", "[::1]")


def kind_of_secret(text: str, name: str = "") -> str | None:
    """Say in words what secret a text holds, or give None; `name` is what the text is called."""
    text = text[:_MOST]
    for kind, secret in _possible(text):
        if secret.search(text):
            return kind
    if _NAMES.search(name) and _AWS_SECRET.fullmatch(text) and _is_random(text):
        return "an AWS secret access key"
    if any(_is_login(*found.groups()) for found in _logins(text)):
        return "an address with a password"
    return None


def _possible(text: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """Give the secrets of which a text has a sign."""
    for kind, secret in SECRETS:
        if any(sign in text for sign in _SIGNS[kind]):
            yield kind, secret


def _logins(text: str) -> Iterator[re.Match[str]]:
    """Give the addresses with a password."""
    if "://" in text and _PASSWORD.search(text) is not None:
        yield from _LOGIN.finditer(text)


def _is_random(text: str) -> bool:
    """Tell random base64 from a hexadecimal digest, a path or a name."""
    if not all(re.search(letters, text) for letters in ("[a-z]", "[A-Z]", "[0-9]")):
        return False
    counted = Counter(text).values()
    return -sum(one / len(text) * math.log2(one / len(text)) for one in counted) > _ENTROPY


def _is_login(password: str, host: str) -> bool:
    return host not in _HERE and _STANDS_FOR_ONE.search(password) is None


def secret_spans(text: str) -> list[tuple[int, int]]:
    """Give the places of all secrets in a text; a private key reaches to its end."""
    text = text[:_MOST]
    found = [one.span() for _, secret in _possible(text) for one in secret.finditer(text)]
    found += (one.span(1) for one in _logins(text) if _is_login(*one.groups()))
    if len(text) >= _AWS_SECRET_LENGTH:
        found += (one.span() for one in _AWS_SECRET.finditer(text) if _is_random(one[0]))
    key = SECRETS[0][1].search(text)
    return [*found, (key.start(), len(text))] if key else found


_NEAR = 400
"""Characters between the two parts of an AWS access key."""
_LEAST_KINDS = 9
"""Different characters in the last 24 of a token; what stands for one repeats a few."""
_EXAMPLES = ("EXAMPLE", "example", "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c")
_MOST_FOUND = 20
_FOLLOWED = pattern(r"(?:\s|\\[nr]|[\"'+,()]){1,12}[A-Za-z0-9+/=:, -]{24}")
_STRING = pattern(r"(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
_TEST_HOSTS = pattern(r"(?i)(?:\A|\.)(?:example|test|invalid|local|localhost|internal)(?:\.|\Z)")


def secrets_in(text: str) -> tuple[tuple[int, str], ...]:
    """Give line and kind of each secret in a file, in their order.

    In files stand examples, tests and code that works with secrets, so it takes more here than in
    an environment variable: an access key only counts with both of its parts, a private key with
    the lines that follow, and nothing that documentation uses.
    """
    found: dict[tuple[int, str], int] = {}
    for kind, secret in _possible(text):
        for match in secret.finditer(text):
            if len(found) < _MOST_FOUND and _is_real(kind, match, text):
                found.setdefault((text.count("\n", 0, match.start()) + 1, kind), match.start())
    for match in _logins(text):
        if len(found) < _MOST_FOUND and _is_real_login(*match.groups()):
            line = text.count("\n", 0, match.start()) + 1
            found.setdefault((line, "an address with a password"), match.start())
    return tuple(sorted(found))


def _is_real(kind: str, match: re.Match[str], text: str) -> bool:
    token = match[0]
    if any(example in token for example in _EXAMPLES):
        return False
    if kind == "a private key":
        return _FOLLOWED.match(text, match.end()) is not None
    if kind == "an AWS access key id":
        near = text[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        return any(
            _is_random(one) and not any(example in one for example in _EXAMPLES)
            for one in _STRING.findall(near)
        )
    return "_test_" not in token[:12] and len(set(token[-24:])) >= _LEAST_KINDS


def _is_real_login(password: str, host: str) -> bool:
    return (
        len(password) >= _LEAST_PASSWORD
        and _is_login(password, host)
        and "." in host
        and _TEST_HOSTS.search(host) is None
        and any(letter.isdigit() for letter in password)
        and any(letter.isalpha() for letter in password)
    )


_LEAST_PASSWORD = 8
