"""What a function of the comparison asks the Runtime API with; it goes into its package."""

from __future__ import annotations

import http.client
import json
import os
import socket
from typing import Any

PLACE = os.environ.get("AWS_LAMBDA_RUNTIME_API", "")
RUNTIME, EXTENSION = "/2018-06-01/runtime/", "/2020-01-01/extension/"
ID = "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"
FAILED = {"Lambda_Extension_Function_Error_Type": "Extension.Own"}
CAUSE = {"Content_Type": "application/vnd.aws.lambda.error.cause+json"}
said: list[list[Any]] = []
found = {"request": "none", "extension": ""}


def ask(method: str, path: str, body: Any = b"", **headers: str) -> None:
    """Ask, and note the answer with the names of its own headers."""
    connection = http.client.HTTPConnection(PLACE, timeout=9)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, body, named)
        answer = connection.getresponse()
        text = answer.read().decode()
    except OSError as error:
        said.append([type(error).__name__])
        return
    names = [name for name, _ in answer.getheaders()]
    own = sorted(name for name in names if name.startswith(("Lambda-", "Cache-Control")))
    said.append([answer.status, answer.getheader("Content-Type"), text, *own])
    found["extension"] = answer.getheader("Lambda-Extension-Identifier") or found["extension"]
    found["request"] = answer.getheader("Lambda-Runtime-Aws-Request-Id") or found["request"]


def take() -> None:
    """Ask for the next event."""
    ask("GET", RUNTIME + "invocation/next")


def answer(kind: str, body: Any = b"1", **headers: str) -> None:
    """Answer the event."""
    ask("POST", f"{RUNTIME}invocation/{found['request']}/{kind}", body, **headers)


def register(name: str = "own", body: bytes = b'{"events": ["INVOKE"]}', **headers: str) -> None:
    """Register an extension."""
    ask("POST", EXTENSION + "register", body, Lambda_Extension_Name=name, **headers)


def extension(method: str, path: str, **headers: str) -> None:
    """Ask as the extension that has registered."""
    ask(method, EXTENSION + path, Lambda_Extension_Identifier=found["extension"], **headers)


def post(*lines: str, body: str = "") -> None:
    """Send an error of the start with headers that may be none."""
    raw("POST /2018-06-01/runtime/init/error HTTP/1.1", f"Host: {PLACE}", *lines, body=body)


def raw(*lines: str, body: str = "", ends: bool = False) -> None:
    """Send lines as they are, and note line, type and body of the answer."""
    host, port = PLACE.split(":")
    content = b""
    with socket.create_connection((host, int(port)), 9) as connection:
        try:
            connection.sendall("\r\n".join([*lines, "", body]).encode("latin-1"))
            if ends:
                connection.shutdown(socket.SHUT_WR)
            connection.settimeout(1)
            while piece := connection.recv(65536):
                content += piece
        except TimeoutError:
            pass
        except OSError as error:
            said.append([type(error).__name__])
            return
    head, _, text = content.decode("latin-1").partition("\r\n\r\n")
    line, *others = head.split("\r\n")
    kinds = [one.split(": ")[1] for one in others if one.lower().startswith("content-type")]
    said.append([line, *kinds, text])


def tell() -> None:
    """Write what was noted, and end."""
    print("\nSAID " + json.dumps(said), flush=True)
    os._exit(0)
