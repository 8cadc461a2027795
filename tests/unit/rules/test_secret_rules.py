"""Secrets in the environment are found by their form, and shown by nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid

import pytest

from lpack.facts.secret_patterns import SECRETS, kind_of_secret
from tests.function_builder import APP, check, codes

# In pieces, so that no scanner of repositories takes this file for a leak.
TOKEN = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hJ3lM6"
SIGNED = ".".join(
    base64.urlsafe_b64encode(part).decode().rstrip("=")
    for part in (b'{"alg":"HS256","typ":"JWT"}', b'{"sub":"1234567890"}', b"signature" * 4)
)
FOUND = {
    "an AWS access key id": "AKIA" + "IOSFODNN7EXAMPLE",
    "an AWS secret access key": "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY",
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    "a GitHub token": "ghp" + f"_{TOKEN}",
    "a GitLab token": "glpat" + f"-{TOKEN[:20]}",
    "a Slack token": "xoxb" + f"-123456789012-1234567890123-{TOKEN[:24]}",
    "a Slack webhook": "https://hooks.slack.com/" + f"services/T0123ABCD/B0123ABCD/{TOKEN[:24]}",
    "a Stripe key": "sk" + f"_live_{TOKEN[:24]}",
    "a signed JSON Web Token": SIGNED,
    "a Google API key": "AIza" + f"{TOKEN[:35]}",
    "an npm token": "npm" + f"_{TOKEN}",
    "a PyPI token": "pypi-" + f"AgEIcHlwaS5vcmc{TOKEN}{TOKEN}",
    "a SendGrid key": "SG" + f".{TOKEN[:22]}.{TOKEN}{TOKEN[:7]}",
    "an address with a password": "postgres://app:" + "tr0ub4dor@db.example.com:5432/app",
}
PLAUSIBLE = {
    "ROLE_ARN": "arn:aws:iam::123456789012:role/service-role/worker",
    "SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf",
    "KEY_ID": str(uuid.UUID(int=2**127 + 12_345)),
    "COMMIT": hashlib.sha1(b"x", usedforsecurity=False).hexdigest(),
    "SECRET_HASH": hashlib.sha1(b"y", usedforsecurity=False).hexdigest(),
    "SECRET_NAME": "production/api/eu-west-1/database/logins",
    "DIGEST": hashlib.sha256(b"x").hexdigest(),
    "CHECKSUM": base64.b64encode(hashlib.sha256(b"x").digest()).decode(),
    "CONFIG": base64.b64encode(json.dumps({"stage": "prod", "on": True}).encode()).decode(),
    "SECRET_CONFIG": "AbstractProxyBeanFactoryConfigurationXml",
    "UNSIGNED": ".".join(SIGNED.split(".")[:2]) + ".",
    "PUBLIC_KEY": "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
    "CERTIFICATE": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "DATABASE_URL": "postgres://app@db.example.com:5432/app",
    "LOCAL_URL": "postgres://postgres:postgres@localhost:5432/app",
    "TEMPLATE_URL": "postgres://app:${DB_PASSWORD}@db.example.com/app",
    "FORM_OF_URL": "scheme://[user:passwd@]proxy.server:port",
    "FORMAT_URL": "mysql://%(user)s:%(password)s@%(host)s/app",
    "MASKED_URL": "https://user:****@example.com",
    "QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
    "S3_URL": "s3://bucket/key@2x.png",
    "TIME": "https://example.com/at/12:30:00@home",
    "MODULE": "AKIAIOSFODNN7EXAMPLEBUTMUCHLONGER",
    "STRIPE_PUBLIC": f"pk_live_{TOKEN[:24]}",
    "PREFIXES": "ghp_,gho_,sk_live_,xoxb-,AIza,SG.,npm_",
    "EMPTY": "",
}


@pytest.mark.parametrize("kind", FOUND)
def test_a_secret_is_named_by_its_kind(kind: str) -> None:
    """It is found alone and inside of other text, and the name of its variable is told."""
    name = "AWS_SECRET" if "secret access" in kind else "SETTING"
    value = FOUND[kind]

    (found,) = check(environment={name: value})

    assert (found.code, found.severity) == ("LP347", "warning")
    assert found.message == f"the value of `{name}` looks like {kind}"
    if "secret access" not in kind:
        assert kind_of_secret(f'{{"key": "{value}"}}') == kind


def test_each_form_has_its_case() -> None:
    """No pattern is without a value that it finds."""
    assert {kind for kind, _ in SECRETS} < FOUND.keys()


@pytest.mark.parametrize("name", PLAUSIBLE)
def test_what_only_looks_random_is_no_secret(name: str) -> None:
    """ARNs, digests, identifiers, templates and public keys raise no alarm."""
    assert codes(environment={name: PLAUSIBLE[name]}) == []


@pytest.mark.parametrize(
    "text",
    [
        "eyJ" * 30_000,
        "eyJ" + "a" * 99_000 + ".eyJ",
        "-----BEGIN " + "A" * 99_000,
        "xoxb-" + "a-" * 50_000,
        "a://b:" * 20_000,
        "://" * 33_000,
    ],
    ids=lambda text: text[:12],
)
def test_no_text_takes_long(text: str) -> None:
    """A hostile value is looked at once; with backtracking this test would not end."""
    assert kind_of_secret(text, "SECRET") is None


IN_FILES = {
    "an AWS access key id": "key = 'AKIA" + "ZX7ABCDEFGHIJK23'\nsecret = '" + f"{TOKEN}x+Y/'",
    "a private key": FOUND["a private key"].replace("MIIE", "MIIEpAIBAAKCAQEA04up8hoqzS1+APIB0Rh"),
    "a GitHub token": f"TOKEN = '{FOUND['a GitHub token']}'",
    "a Stripe key": f"stripe.api_key = '{FOUND['a Stripe key']}'",
    "a Google API key": FOUND["a Google API key"],
    "a Slack token": FOUND["a Slack token"],
    "a PyPI token": FOUND["a PyPI token"],
    "an npm token": FOUND["an npm token"],
    "a signed JSON Web Token": SIGNED,
    "an address with a password": "postgres://app:" + "tr0ub4dor@db.acme.com:5432/app",
}
HARMLESS = {
    "example": "AWS_ACCESS_KEY_ID="
    + FOUND["an AWS access key id"]
    + "\nAWS_SECRET_ACCESS_KEY="
    + FOUND["an AWS secret access key"],
    "half": "key = 'AKIA" + "ZX7ABCDEFGHIJK23'",
    "marker": "if '-----BEGIN RSA " + "PRIVATE KEY-----' in text:\n    load(text)",
    "test key": "sk" + f"_test_{TOKEN[:24]}",
    "placeholder": "ghp" + "_" + "x" * 36,
    "documented": "postgres://app:" + "tr0ub4dor@db.example.com:5432/app",
    "at home": "postgres://app:" + "tr0ub4dor@localhost:5432/app",
    "simple": "postgres://user:" + "password@db.acme.com:5432/app",
}


@pytest.mark.parametrize(("kind", "text"), IN_FILES.items(), ids=IN_FILES)
def test_a_secret_in_a_file_is_named_and_not_shown(kind: str, text: str) -> None:
    """File, line and kind are told; no part of the value is."""
    (found,) = check({**APP, "settings.txt": f"\n{text}\n"})

    assert (found.code, str(found.where)) == ("LP366", "settings.txt:2")
    assert found.message == f"`settings.txt` holds what looks like {kind}"


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_stands_for_a_secret_is_none(text: str) -> None:
    """Files have examples, tests, and code that works with secrets."""
    assert codes({**APP, "settings.txt": text}) == []


def test_what_others_bring_is_not_searched() -> None:
    """A distribution's tests are full of keys, and everybody can download them."""
    files = {"key.pem": IN_FILES["a private key"]}

    assert codes({**APP, **files}, owners={"key.pem": "tls"}) == []


KEY = IN_FILES["a private key"]
CREDENTIALS = {
    ".env": "API_TOKEN=" + TOKEN,
    "conf/.env.production": "export DB_PASSWORD='tr0ub4dor'",
    ".aws/credentials": "[default]\naws_secret_access_key = " + TOKEN,
    "keys/id_rsa": KEY,
    "deploy.pem": KEY,
    ".npmrc": "//registry.npmjs.org/:_authToken=" + TOKEN,
    ".pypirc": "[pypi]\nusername = me\npassword = " + TOKEN,
    ".netrc": "machine example.org login me password hunter2",
    ".git-credentials": "https://me:" + "hunter2@github.com",
    ".pgpass": "db:5432:app:me:hunter2",
    ".docker/config.json": '{"auths": {"x": {"auth": "bWU6aHVudGVyMg=="}}}',
    "terraform.tfstate": '{"version": 4, "terraform_version": "1.9.0"}',
    ".kube/config": "users:\n- user:\n    token: " + TOKEN,
    "account.json": '{"type": "service_account", "private_key": "-----BEGIN ' + 'KEY"}',
    "client_secret.json": '{"installed": {"client_secret": "' + TOKEN + '"}}',
}
NAMED_ALIKE = {
    ".env": "STAGE=prod\nDEBUG=\nAPI_TOKEN=\n",
    ".env.example": "API_TOKEN=" + TOKEN,
    "ca.pem": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "public.key": "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
    ".npmrc": "save-exact=true\n",
    ".npmrc2": "//registry.npmjs.org/:_authToken=${NPM_TOKEN}",
    "id_rsa.pub": "ssh-rsa AAAA me@here",
    "data.json": '{"type": "service_account_name"}',
    "credentials.json": "{}",
}


@pytest.mark.parametrize(("path", "text"), CREDENTIALS.items(), ids=CREDENTIALS)
def test_a_file_of_credentials_is_told_as_a_whole(path: str, text: str) -> None:
    """Once, by its name and what it holds; what is in it is not shown."""
    (found,) = check({**APP, path: text})

    assert found.code == "LP365"
    assert found.message.startswith(f"`{path}` is in the package, and holds ")
    assert not any(part in found.message for part in (TOKEN, "hunter2", "tr0ub4dor"))


@pytest.mark.parametrize(("path", "text"), NAMED_ALIKE.items(), ids=NAMED_ALIKE)
def test_a_name_alone_is_no_credential(path: str, text: str) -> None:
    """Certificates, public keys, samples and settings are meant to be shipped."""
    assert codes({**APP, path: text}) == []


def test_what_was_not_searched_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is to think that all was read."""
    monkeypatch.setattr("lpack.facts.texts.MOST_FILES", 2)

    (found,) = check({**APP, "a.txt": "", "b.txt": "", "c.txt": ""})

    assert (found.code, found.message) == ("LP367", "not searched for secrets: 2 own files")
