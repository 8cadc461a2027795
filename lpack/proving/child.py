"""The program that imports a handler as Lambda's runtime client does, run by the target's Python.

It is given a JSON document with the folder of the package, the handler, the folders of the import
path and the file for the answer. What it does, and the class of each error, are those of
`_get_handler` in
https://github.com/aws/aws-lambda-python-runtime-interface-client/blob/main/awslambdaric/bootstrap.py

Imports until the package's own are only those that the runtime client has made by then, too.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import site
import sys
import time
import traceback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WANTED: list[str] = []
_NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
_MOST = 5
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000  # of linux/sched.h


def main() -> None:
    """Write what came of it; a process that ends without has ended itself."""
    asked = json.loads(sys.stdin.buffer.read())
    silence()
    cut_off = without_network()
    if cut_off:
        sys.addaudithook(watch)
    sys.dont_write_bytecode = True
    root = asked["folder"]
    os.chdir(root)
    sys.path[:0] = [root, *asked["roots"]]
    site.addsitedir(root)
    began = time.perf_counter()
    answer = examined(asked["handler"], root)
    answer["seconds"] = time.perf_counter() - began
    answer["network"] = _WANTED[:_MOST]
    answer["cut_off"] = cut_off
    with open(asked["answer"], "w", encoding="utf-8") as file:  # noqa: PTH123 - as little as can be
        json.dump(answer, file)
    # What an import has left behind, threads and processes of this session, ends with it.
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(0)


def silence() -> None:
    """Let what modules print go nowhere: there could be any amount of it."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)


def without_network() -> bool:
    """Leave the network of this machine, where Linux lets a process do so."""
    try:
        import ctypes  # noqa: PLC0415 - not every Python has it

        libc = ctypes.CDLL(None, use_errno=True)
        return any(libc.unshare(flags) == 0 for flags in (_NEW_NETWORK, _NEW_USER | _NEW_NETWORK))
    except (ImportError, OSError, AttributeError):
        return False


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Remember what was wanted of the network, which nobody answers here."""
    if event in _NETWORK and len(_WANTED) < _MOST:
        wanted = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments[0]
        if not isinstance(wanted, str):  # a file of this machine is no network
            wanted = ":".join(str(part) for part in wanted[:2])
        elif event == "socket.connect":
            return
        _WANTED.append(str(wanted)[:200])


def examined(handler: str, root: str) -> dict[str, Any]:
    """Import the handler's module, and take the function out of it."""
    module_name, _, name = handler.rpartition(".")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        return told("Runtime.ImportModuleError", error, root, missing=error.name or "")
    except SyntaxError as error:
        answer = told("Runtime.UserCodeSyntaxError", error, root)
        return dict(answer, path=inside(error.filename or "", root), line=error.lineno)
    except SystemExit as error:
        return told("Runtime.ExitError", error, root)
    except BaseException as error:  # noqa: BLE001 - whatever it raises is what Lambda reports
        return told(type(error).__name__, error, root)
    if not hasattr(module, name):
        text = f"Handler '{name}' missing on module '{module_name}'"
        return told("Runtime.HandlerNotFound", LookupError(text), root)
    return called(getattr(module, name), root)


def called(function: Any, root: str) -> dict[str, Any]:
    """Tell whether the function takes an event and a context; it is not called."""
    import inspect  # noqa: PLC0415 - the runtime client has not imported it before the handler

    if not callable(function):
        text = f"'{type(function).__name__}' object is not callable"
        return told("TypeError", TypeError(text), root)
    if inspect.iscoroutinefunction(function):
        text = "Object of type coroutine is not JSON serializable"
        return told("Runtime.MarshalError", TypeError(text), root)
    try:
        inspect.signature(function).bind({}, None)
    except TypeError as error:
        return told("TypeError", error, root)
    except ValueError:  # it has no signature that could be read
        pass
    return {"error": "", "message": "", "path": "", "line": None, "missing": ""}


def told(kind: str, error: BaseException, root: str, *, missing: str = "") -> dict[str, Any]:
    """Tell of an error, with the last line of the package that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(root + os.sep)]
    return {
        "error": kind,
        "message": str(error)[:2000],
        "path": inside(own[-1].filename, root) if own else "",
        "line": own[-1].lineno if own else None,
        "missing": missing,
    }


def inside(path: str, root: str) -> str:
    """Give the path in the package; empty for a file elsewhere."""
    return path[len(root) + 1 :] if path.startswith(root + os.sep) else ""


if __name__ == "__main__":
    main()
