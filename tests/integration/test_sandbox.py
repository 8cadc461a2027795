"""A function here sees what it would on Lambda: paths, environment, context, limits and logs."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from lpack.model import Call, Surroundings
from lpack.runtime import Limits, NoIsolation
from lpack.values import replace
from tests.handler_zoo import Package, doing, module, returning
from tests.sandboxes import deployment_of, sandbox, written

if TYPE_CHECKING:
    from pathlib import Path

    from lpack.model import Deployment, Invocation

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Lambda is Linux")
ENCLOSED = Surroundings(isolation="namespace")


def called(
    deployment: Deployment, *calls: Call, around: Surroundings = ENCLOSED, **options: Any
) -> list[Invocation]:
    """Call a function in one sandbox; skip where there are no namespaces."""
    try:
        with sandbox(deployment, around, **options) as box:
            return [box.invoke(call) for call in calls or (Call(),)]
    except NoIsolation as error:
        pytest.skip(f"there are no namespaces here: {error}")


def answer(deployment: Deployment, call: Call | None = None, **options: Any) -> Any:
    done = called(deployment, call or Call(), **options)[0]
    assert not done.function_error, done.payload
    return json.loads(done.payload)


def test_the_environment_is_lambdas(tmp_path: Path) -> None:
    """The variables are those that were recorded from Lambda, the function's own, and no others."""
    package = returning("[dict(os.environ), os.getcwd(), sys.path, sys.argv]", "import os, sys")
    deployment = deployment_of(
        tmp_path, package, memory=512, environment=(("TABLE", "orders"), ("EMPTY", ""))
    )
    os.environ["SENTINEL_OF_HOST"] = "sentinel"

    environ, folder, path, words = answer(deployment)

    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    address = environ.pop("AWS_LAMBDA_RUNTIME_API")
    assert address.startswith("127.0.0.1:")
    # Since March 2026, after the record.
    assert environ.pop("AWS_LAMBDA_METADATA_API") == address
    assert re.fullmatch(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", environ.pop("AWS_LAMBDA_METADATA_TOKEN")
    )
    stream = environ.pop("AWS_LAMBDA_LOG_STREAM_NAME")
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream)
    assert environ.pop("_X_AMZN_TRACE_ID").startswith("Root=1-")
    environ.pop("LC_CTYPE", None)  # Lambda's since 3.12; before, Python's own on such a host
    assert environ == {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{version}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_NAME": "api",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/api",
        "AWS_REGION": "us-east-1",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_SESSION_TOKEN": "test",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1:2000",
        "EMPTY": "",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LANG": "en_US.UTF-8",
        "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:"
        "/var/task:/var/task/lib:/opt/lib",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "PWD": "/var/task",
        "PYTHONPATH": "/var/runtime",
        "SHLVL": "0",
        "TABLE": "orders",
        "TZ": ":UTC",
        "_AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1",
        "_AWS_XRAY_DAEMON_PORT": "2000",
        "_HANDLER": "app.handler",
    }
    assert (folder, words) == ("/var/task", ["/var/runtime/bootstrap.py"])
    assert path[:3] == [
        "/var/task",
        f"/opt/python/lib/python{version}/site-packages",
        "/opt/python",
    ]
    assert path[4:7] == [
        "/var/runtime",
        f"/var/lang/lib/python{version.replace('.', '')}.zip",
        f"/var/lang/lib/python{version}",
    ]


@pytest.mark.parametrize("isolation", ["namespace", "process"])
def test_signals_are_as_they_are_on_lambda(tmp_path: Path, isolation: str) -> None:
    """What a shell ignores, as for `nohup`, is not ignored by the function; Python's own are."""
    package = returning(
        "[n for n in range(1, 32) if signal.getsignal(n) == signal.SIG_IGN]", "import signal"
    )
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        around = Surroundings(isolation=isolation)  # type: ignore[arg-type]
        with sandbox(deployment_of(tmp_path, package), around) as box:
            done = box.invoke()
    except NoIsolation as error:
        pytest.skip(f"there are no namespaces here: {error}")
    finally:
        signal.signal(signal.SIGHUP, before)

    assert json.loads(done.payload) == [signal.SIGPIPE, signal.SIGXFSZ]


def test_the_context_has_all_that_lambda_gives(tmp_path: Path) -> None:
    """Every attribute and method is there, with what the call and the account say."""
    package = module(
        "def handler(event, context):\n"
        "    names = [one for one in dir(context) if not one.startswith('_')]\n"
        "    plain = {one: getattr(context, one) for one in names\n"
        "             if isinstance(getattr(context, one), (str, type(None)))}\n"
        "    client, identity = context.client_context, context.identity\n"
        "    return [plain, client.client.app_title, client.custom, client.env,\n"
        "            identity.cognito_identity_id, identity.cognito_identity_pool_id,\n"
        "            context.get_remaining_time_in_millis()]\n"
    )
    call = Call(
        request_id="8f2c7a52-0000-4000-8000-000000000001",
        client_context={"client": {"app_title": "shop"}, "custom": {"a": "1"}, "env": {"b": "2"}},
        cognito_identity_id="us-east-1:id",
        cognito_identity_pool_id="us-east-1:pool",
        tenant="blue",
        qualifier="live",
    )
    around = replace(ENCLOSED, account="111122223333", region="eu-west-1", version="7")
    deployment = deployment_of(tmp_path, package, timeout=30, memory=256)

    plain, title, custom, env, identity, pool, left = answer(deployment, call, around=around)

    assert plain["aws_request_id"] == call.request_id
    assert plain["function_name"] == "api"
    assert plain["function_version"] == "7"
    assert plain["invoked_function_arn"] == (
        "arn:aws:lambda:eu-west-1:111122223333:function:api:live"
    )
    assert plain["memory_limit_in_mb"] == "256"
    assert plain["log_group_name"] == "/aws/lambda/api"
    assert "/[7]" in plain["log_stream_name"]
    assert plain["tenant_id"] == "blue"
    assert (title, custom, env) == ("shop", {"a": "1"}, {"b": "2"})
    assert (identity, pool) == ("us-east-1:id", "us-east-1:pool")
    assert 20_000 < left <= 30_000


def test_the_task_root_and_the_limits_hold(tmp_path: Path) -> None:
    """Nothing can be written but /tmp, which is as large as configured; descriptors are 1,024."""
    package = module(
        "import os, resource, shutil\n"
        "def tried(path):\n"
        "    try:\n"
        "        open(path, 'w').close()\n"
        "    except OSError as error:\n"
        "        return error.errno\n"
        "def handler(event, context):\n"
        "    places = ['/var/task/x', '/opt/x', '/var/lang/x', '/x']\n"
        "    places += ['/usr/x', '/etc/x', '/tmp/x']\n"
        "    return [[tried(one) for one in places], shutil.disk_usage('/tmp').total >> 20,\n"
        "            resource.getrlimit(resource.RLIMIT_NOFILE)[0], os.path.exists('/home'),\n"
        "            os.path.expanduser('~'), os.getuid() == 0]\n"
    )
    deployment = deployment_of(tmp_path, package, ephemeral_storage=600)

    tried, size, descriptors, has_home, home, is_root = answer(deployment)

    assert tried[:4] == [30, 30, 30, 30]  # EROFS
    assert all(tried[4:6])
    assert tried[6] is None
    assert (size, descriptors) == (600, 1024)
    assert (has_home, home, is_root) == (False, "/home/sbx_user1051", False)


def test_a_full_tmp_is_full(tmp_path: Path) -> None:
    """A file that does not fit is refused as on Lambda."""
    package = doing(
        "with open('/tmp/x', 'wb') as file:",
        "    for _ in range(520): file.write(bytes(1 << 20))",
    )

    done = called(deployment_of(tmp_path, package, timeout=20, memory=1024))[0]

    assert json.loads(done.payload)["errorMessage"] == "[Errno 28] No space left on device"


def test_without_network_only_the_runtime_is_there(tmp_path: Path) -> None:
    """The function is called, and reaches nothing else."""
    package = doing(
        "try: socket.create_connection(('1.1.1.1', 53), 1)",
        "except OSError as error: return error.errno",
        setup="import socket",
    )

    found = answer(deployment_of(tmp_path, package), around=replace(ENCLOSED, network=False))

    assert found == 101  # ENETUNREACH


def test_packages_cannot_take_the_place_of_the_client(tmp_path: Path) -> None:
    """What the package brings of the client's own names is not what the client uses."""
    package = Package(
        {
            "app.py": "import awslambdaric, simplejson\n"
            "def handler(event, context):\n    return event\n",
            "simplejson/__init__.py": "raise RuntimeError('of the package')\n",
            "awslambdaric/__init__.py": "raise RuntimeError('of the package')\n",
            "runtime_client.py": "raise RuntimeError('of the package')\n",
            "logging.py": "raise RuntimeError('of the package')\n",
        }
    )

    assert answer(deployment_of(tmp_path, package), Call(b'{"a": [1.5, null]}')) == {
        "a": [1.5, None]
    }


@pytest.mark.parametrize("event", [b"{}", b"[1]", b'"text"', b"1.5", b"null", b"true", b" {} "])
def test_any_json_is_an_event(tmp_path: Path, event: bytes) -> None:
    """Objects, lists, strings, numbers and null arrive as what they are."""
    assert answer(deployment_of(tmp_path, returning("event")), Call(event)) == json.loads(event)


def test_payloads_have_limits(tmp_path: Path) -> None:
    """A response of 6,291,556 bytes is taken; one more is Lambda's error, and calls go on."""
    package = returning("'x' * (event - 2)")
    calls = [Call(str(size).encode()) for size in (6_291_556, 6_291_557, 9)]

    largest, larger, after = called(
        deployment_of(tmp_path, package, memory=1024, timeout=9), *calls
    )

    assert len(largest.payload) == 6_291_556
    assert json.loads(larger.payload) == {
        "errorMessage": "Response payload size exceeded maximum allowed payload size"
        " (6291556 bytes).",
        "errorType": "Function.ResponseSizeTooLarge",
    }
    assert b"Http response code: 413" in larger.log
    assert after.payload == b'"xxxxxxx"'


def test_the_log_is_in_true_order(tmp_path: Path) -> None:
    """Prints, logging, errors and children are told in the order in which they wrote."""
    package = doing(
        "print('one')",
        "logging.warning('two')",
        "sys.stderr.write('three\\n')",
        "subprocess.run(['echo', 'four'])",
        "os.write(1, b'five\\n')",
        "logging.getLogger('x').error('six')",
        "logging.info('not shown')",
        "print('seven', end='')",
        setup="import logging, os, subprocess, sys",
    )

    done = called(deployment_of(tmp_path, package))[0]

    lines = done.log.decode().splitlines()
    shown = [re.sub(r"\d{4}-\S+Z", "TIME", one).replace(done.request_id, "ID") for one in lines]
    assert re.fullmatch(r"INIT_START Runtime Version: python:\S+\tRuntime .*[0-9a-f]{64}", shown[0])
    assert shown[1:-1] == [
        "START RequestId: ID Version: $LATEST",
        "one",
        "[WARNING]\tTIME\tID\ttwo",
        "three",
        "four",
        "five",
        "[ERROR]\tTIME\tID\tsix",
        "seven",
        "END RequestId: ID",
    ]
    assert re.fullmatch(
        r"REPORT RequestId: ID\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
        r"Memory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t",
        shown[-1],
    )


def test_json_logs_have_levels(tmp_path: Path) -> None:
    """With JSON logs the client and the platform write objects, of the levels that are wanted."""
    package = doing(
        "logging.getLogger().info('seen', extra={'order': 7})",
        "logging.debug('not seen')",
        "print('plain')",
        "print(json.dumps({'level': 'debug', 'message': 'left out'}))",
        "print(json.dumps({'level': 'WARNING'}))",
        "raise ValueError('as asked')",
        setup="import json, logging",
    )
    deployment = deployment_of(
        tmp_path, package, log_format="JSON", application_log_level="INFO", system_log_level="DEBUG"
    )

    done = called(deployment)[0]

    lines = done.log.decode().splitlines()
    found = [json.loads(one) for one in lines if one.startswith("{")]
    kinds = [one.get("type") or one["level"] for one in found]
    assert "plain" in lines
    assert kinds == [
        "platform.initStart",
        "platform.initRuntimeDone",
        "platform.initReport",
        "platform.start",
        "INFO",
        "WARNING",
        "ERROR",
        "platform.runtimeDone",
        "platform.report",
    ]
    assert (found[4]["message"], found[4]["order"]) == ("seen", 7)
    assert (found[6]["errorType"], found[6]["requestId"]) == ("ValueError", done.request_id)
    assert found[-1]["record"]["metrics"]["memorySizeMB"] == 128


def test_a_failing_start_has_a_second_chance(tmp_path: Path) -> None:
    """A start that takes too long, or fails, is made again within the time of the call."""
    package = module(
        "import os, time\n"
        "if not os.path.exists('/tmp/tried'):\n"
        "    open('/tmp/tried', 'w').close()\n"
        "    time.sleep(60)\n"
        "def handler(event, context):\n    return 'second'\n"
    )

    done = called(deployment_of(tmp_path, package, timeout=9), limits=Limits(init=0.5))[0]

    assert done.payload == b'"second"'
    log = done.log.decode()
    assert re.search(
        r"INIT_REPORT Init Duration: 5\d\d\.\d\d ms\tPhase: init\tStatus: timeout\n", log
    )
    assert log.index("INIT_REPORT") < log.index("START RequestId")
    assert done.init is None
    assert "Init Duration" not in log.splitlines()[-1]


def test_a_start_is_over_when_the_first_event_is_asked_for(tmp_path: Path) -> None:
    """Not when somebody looks: a start that was made ahead has been over for long."""
    package = returning("1", "import time\ntime.sleep(0.05)")
    began = time.monotonic()

    with sandbox(deployment_of(tmp_path, package, timeout=9)) as box:
        box.start()
        asked = select.poll()
        box.housing.server.register(asked)
        assert asked.poll(9_000)
        time.sleep(0.1)
        looked = time.monotonic()
        first, second = box.invoke(), box.invoke()

    assert first.init is not None
    assert first.init >= 50
    assert began + first.init / 1000 < looked
    assert second.init is None


def test_memory_is_what_all_processes_use(tmp_path: Path) -> None:
    """The report tells the true peak; children count, and too much of it ends the function."""
    package = doing(
        "x = bytearray(40 << 20)",
        "if event and os.fork() == 0:",
        "    y = os.urandom(100 << 20)",
        "    time.sleep(9)",
        "time.sleep(0.2 if not event else 9)",
        setup="import os, time",
    )
    deployment = deployment_of(tmp_path, package, timeout=9)

    fine, much = called(deployment, Call(b"0"), Call(b"1"))

    assert 50 < fine.memory < 90
    assert json.loads(much.payload)["errorMessage"].endswith("signal: killed")
    assert much.log.endswith(
        b"\tMax Memory Used: 128 MB\tStatus: error\tError Type: Runtime.OutOfMemory\n"
    )
    assert much.duration < 5_000


EXTENSION = """#!/usr/bin/env python3
import json, os, sys, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2020-01-01/extension/"
def ask(path, body=None, **headers):
    request = urllib.request.Request(api + path, body and json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return dict(answer.headers), json.loads(answer.read())
headers, about = ask("register", {"events": ["INVOKE", "SHUTDOWN"]},
                     **{"Lambda-Extension-Name": os.path.basename(sys.argv[0])})
own = {"Lambda-Extension-Identifier": headers["Lambda-Extension-Identifier"]}
print("extension of", about["functionName"], "_HANDLER" in os.environ, flush=True)
while True:
    _, event = ask("event/next", **own)
    print("extension heard", event["eventType"], event.get("shutdownReason"), flush=True)
    if event["eventType"] == "SHUTDOWN":
        break
"""


def test_extensions_are_called(tmp_path: Path) -> None:
    """A program in a layer's `extensions` registers, hears of calls, and of the end."""
    layers = written(tmp_path / "opt", Package({"extensions/watcher": EXTENSION}))
    (layers / "extensions" / "watcher").chmod(0o755)
    heard: list[bytes] = []
    deployment = replace(deployment_of(tmp_path, returning("1"), timeout=9), layers=str(layers))

    first, second = called(
        deployment, Call(), Call(), listener=lambda _, piece: heard.append(piece)
    )

    text = b"".join(heard).decode()
    assert (first.payload, second.payload) == (b"1", b"1")
    assert "extension of api False\n" in text
    assert "EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n" in text
    assert text.count("extension heard INVOKE None") == 2
    assert text.endswith("extension heard SHUTDOWN spindown\n")


@pytest.mark.parametrize("has_extension", [True, False])
def test_the_runtime_hears_of_its_end_where_there_are_extensions(
    tmp_path: Path, *, has_extension: bool
) -> None:
    """With one beside it, the runtime is asked to end before it is made to; else it is killed."""
    layers = written(tmp_path / "opt", Package({"extensions/watcher": EXTENSION}))
    (layers / "extensions" / "watcher").chmod(0o755)
    package = doing(
        "time.sleep(9)",
        setup="import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('runtime heard'), sys.exit()))",
    )
    deployment = deployment_of(tmp_path, package, timeout=1)
    if has_extension:
        deployment = replace(deployment, layers=str(layers))

    (done,) = called(deployment, Call())

    text = done.log.decode()
    assert done.error_type == "Sandbox.Timedout"
    assert ("runtime heard\n" in text) == has_extension
    if has_extension:
        assert text.index("runtime heard\n") < text.index("extension heard SHUTDOWN timeout\n")


def test_a_crashed_extension_ends_the_function(tmp_path: Path) -> None:
    """An extension that ends before it registers is the error of the call."""
    layers = written(tmp_path / "opt", Package({"extensions/broken": "#!/bin/sh\nexit 3\n"}))
    (layers / "extensions" / "broken").chmod(0o755)
    deployment = replace(deployment_of(tmp_path, returning("1")), layers=str(layers))

    done = called(deployment)[0]

    assert done.error_type == "Extension.Crash"
    assert json.loads(done.payload)["errorMessage"].endswith("Error: exit status 3")


def test_an_extension_that_cannot_run_says_why(tmp_path: Path) -> None:
    """What is no program is told as the system tells it, and so is what was not executable."""
    layers = written(tmp_path / "opt", Package({"extensions/broken": "no program"}))
    deployment = replace(deployment_of(tmp_path, returning("1")), layers=str(layers))
    refusals = []
    for mode in (0o644, 0o755):
        (layers / "extensions" / "broken").chmod(mode)

        done = called(deployment)[0]

        message = json.loads(done.payload)["errorMessage"].partition("Error: ")[2]
        line = next(one for one in done.log.decode().splitlines() if "EXTENSION" in one)
        refusals.append((done.error_type, message, line.partition("State: ")[2]))

    where, state = "fork/exec /opt/extensions/broken", "LaunchError\tEvents: []\tError Type: "
    assert refusals == [
        ("Extension.LaunchError", f"{where}: permission denied", f"{state}PermissionDenied"),
        ("Extension.LaunchError", f"{where}: exec format error", f"{state}UnknownError"),
    ]


def test_the_end_of_a_start_is_told_within_the_call(tmp_path: Path) -> None:
    """A runtime that ends while it starts is told of once, after the line that begins the call."""
    done = called(deployment_of(tmp_path, module("import os\nprint('here')\nos._exit(4)\n")))[0]

    words = [re.split(r"[\t:]", one)[0] for one in done.log.decode().splitlines()[1:]]
    assert words == [
        *("here", "INIT_REPORT Init Duration") * 2,
        *("START RequestId", "RequestId", "Runtime.ExitError", "END RequestId", "REPORT RequestId"),
    ]


BOOTSTRAP = """#!/bin/sh
set -eu
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
  event=$(curl -sS -D /tmp/headers "$api/next")
  id=$(grep -Fi Lambda-Runtime-Aws-Request-Id /tmp/headers | tr -d '[:space:]' | cut -d: -f2)
  echo "handler $_HANDLER in $PWD"
  curl -sS "$api/$id/response" -d "{\\"got\\": $event}" > /dev/null
done
"""


def test_a_bootstrap_of_the_package_runs(tmp_path: Path) -> None:
    """A runtime of one's own is the executable `bootstrap` of the package."""
    if not os.path.exists("/usr/bin/curl"):  # noqa: PTH110 - the one that the script uses
        pytest.skip("there is no curl")
    deployment = deployment_of(tmp_path, Package({"bootstrap": BOOTSTRAP}, "own.handler"))
    (tmp_path / "task" / "bootstrap").chmod(0o755)
    custom = replace(deployment, runtime="provided.al2023", interpreter=None, client="")

    first, second = called(custom, Call(b"[1]"), Call(b"[2]"))

    assert (first.payload, second.payload) == (b'{"got": [1]}', b'{"got": [2]}')
    assert b"handler own.handler in /var/task\n" in first.log


def test_a_bootstrap_that_is_missing_is_told(tmp_path: Path) -> None:
    """A package without its runtime ends as on Lambda."""
    deployment = deployment_of(tmp_path, Package({"other": ""}))

    done = called(replace(deployment, runtime="provided.al2023", interpreter=None, client=""))[0]

    assert done.error_type == "Runtime.InvalidEntrypoint"


@pytest.mark.parametrize(
    ("mode", "status"), [(None, "exit status 127"), (0o644, "exit status 126"), (0o755, "")]
)
def test_a_wrapper_is_started_first(tmp_path: Path, mode: int | None, status: str) -> None:
    """AWS_LAMBDA_EXEC_WRAPPER starts the runtime, or ends with the shell's status."""
    wrapper = '#!/bin/sh\nexport WRAPPED="$1"\nexec "$@"\n'
    package = returning("os.environ['WRAPPED']", "import os")
    files = package.files if mode is None else {**package.files, "wrapper": wrapper}
    environment = (("AWS_LAMBDA_EXEC_WRAPPER", "/var/task/wrapper"),)
    deployment = deployment_of(tmp_path, Package(files), environment=environment)
    if mode is not None:
        (tmp_path / "task" / "wrapper").chmod(mode)

    done = called(deployment)[0]

    found = json.loads(done.payload)
    if status:
        assert found["errorMessage"].endswith(status)
    else:
        assert found.startswith("/var/lang/bin/python")


def test_what_cannot_be_enclosed_runs_all_the_same(tmp_path: Path) -> None:
    """Where the namespaces cannot be made, the reason is told, and processes are kept together."""
    deployment = replace(deployment_of(tmp_path, returning("1")), layers=str(tmp_path / "gone"))

    with sandbox(deployment, Surroundings()) as box:
        reason, done = box.housing.reason, box.invoke()

    assert "No such file or directory" in reason
    assert done.payload == b"1"


def test_warm_calls_are_quick(tmp_path: Path) -> None:
    """Globals survive, and a hundred calls take no second; the benchmark says how little."""
    package = doing("count.append(1)", "return len(count)", setup="count = []")
    started = time.monotonic()

    found = called(deployment_of(tmp_path, package), *[Call()] * 100)

    assert [json.loads(one.payload) for one in found] == list(range(1, 101))
    assert time.monotonic() - started < 10
