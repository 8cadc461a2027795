"""What is asked: a few lines of Python for each name, with what `asker.py` has."""

_TEXT = r"""
== ping
ask("GET", "/2018-06-01/ping")
ask("GET", RUNTIME + "ping")

== unknown paths
ask("GET", RUNTIME + "nothing")
ask("GET", "/")
ask("GET", "/2018-06-01")
ask("GET", RUNTIME + "invocation/next/")
ask("GET", "//2018-06-01/runtime/nothing")
ask("GET", RUNTIME + "restore/next")
ask("POST", RUNTIME + "restore/error")
ask("GET", "/2021-04-23/credentials")
ask("GET", EXTENSION + "nothing")
ask("POST", RUNTIME + "invocation//response")

== other methods
ask("POST", RUNTIME + "invocation/next")
ask("GET", RUNTIME + "init/error")
ask("GET", RUNTIME + "invocation/none/response")
ask("PUT", RUNTIME + "invocation/none/error")
ask("POST", "/2018-06-01/ping")
ask("HEAD", "/2018-06-01/ping")
ask("HEAD", RUNTIME + "nothing")
ask("OPTIONS", RUNTIME + "invocation/next")
ask("FOO", RUNTIME + "invocation/next")
ask("GET", EXTENSION + "register")
ask("POST", EXTENSION + "event/next")
ask("GET", EXTENSION + "init/error")
ask("GET", EXTENSION + "exit/error")
ask("GET", "/2022-07-01/telemetry")
ask("POST", "/2020-08-15/logs")

== response and error before `next`
answer("response")
answer("error")

== `next` with a query
ask("GET", RUNTIME + "invocation/next?a=1")

== `next` twice
take()
take()

== response twice, and an error
take()
answer("response")
answer("response", b"2")
answer("error", b"{}")

== error twice, and a response
take()
answer("error", b"{}")
answer("error", b"{}")
answer("response")

== response to another request
take()
ask("POST", RUNTIME + "invocation/" + ID + "/response", b"1")
answer("response")

== error of another request
take()
ask("POST", RUNTIME + "invocation/" + ID + "/error", b"1")
answer("error")

== error of a start after `next`
take()
ask("POST", RUNTIME + "init/error", b"{}")

== error of a start twice, and `next`
ask("POST", RUNTIME + "init/error", b"{}")
ask("POST", RUNTIME + "init/error", b"{}")
take()

== error of a start without a body
ask("POST", RUNTIME + "init/error")

== error of a start whose type is long
ask("POST", RUNTIME + "init/error", b"{}", Lambda_Runtime_Function_Error_Type="E" * 100_000)

== error without a body
take()
answer("error", b"")

== error whose type is long
take()
answer("error", b"{}", Lambda_Runtime_Function_Error_Type="E" * 100_000)

== headers of 1 MB
take()
answer("error", b"{}", Own="E" * (1 << 20))

== headers of more
take()
answer("error", b"{}", Own="E" * 1_200_000)

== error with its cause
take()
answer("error", '{"errorMessage": "<a>", "errorType": "T", "stackTrace": ["a"], "x": 1}', **CAUSE)

== error with its cause, and little else
take()
answer("error", b"{}", **CAUSE)

== error with a cause that is no JSON
take()
answer("error", b"{", **CAUSE)

== error with a cause of wrong types
take()
answer("error", b'{"errorMessage": 1}', **CAUSE)

== response that is streamed
take()
answer("response", Lambda_Runtime_Function_Response_Mode="streaming")

== response of another mode
take()
answer("response", Lambda_Runtime_Function_Response_Mode="buffered")
answer("response")

== response of 7 MB, and another
take()
answer("response", b"x" * 7_000_000)
answer("response")

== response in pieces
take()
answer("response", iter([b"[1", b", 2]"]))

== response without a body
take()
answer("response", b"")

== response of another type
take()
answer("response", b"<a>", Content_Type="text/html")

== no host
raw("GET /2018-06-01/ping HTTP/1.1")

== two hosts
raw("GET /2018-06-01/ping HTTP/1.1", "Host: " + PLACE, "Host: " + PLACE)

== another host
raw("GET /2018-06-01/ping HTTP/1.1", "Host: evil.example")

== HTTP/1.0
raw("GET /2018-06-01/ping HTTP/1.0", "Host: " + PLACE)

== HTTP/3.0
raw("GET /2018-06-01/ping HTTP/3.0", "Host: " + PLACE)

== no HTTP
raw("hello")

== path with the host
raw("GET http://" + PLACE + "/2018-06-01/ping HTTP/1.1", "Host: " + PLACE)

== path in percents
raw("GET /2018-06-01/%70ing HTTP/1.1", "Host: " + PLACE)

== lengths that are none
post("Content-Length: abc")
post("Content-Length: -1")
post("Content-Length: 1", "Content-Length: 2", body="12")

== length and pieces at once
post("Content-Length: 3", "Transfer-Encoding: chunked", body="0\r\n\r\n")

== encoding that is none
post("Transfer-Encoding: gzip")

== header that is none
raw("GET /2018-06-01/ping HTTP/1.1", "Host: " + PLACE, "Bad Name: 1")

== body that waits
post("Expect: 100-continue", "Content-Length: 2", body="{}")

== response that is cut short
take()
path = "/2018-06-01/runtime/invocation/" + found["request"] + "/response"
raw("POST " + path + " HTTP/1.1", "Host: " + PLACE, "Content-Length: 9", body="[1", ends=True)

== error that is cut short
take()
path = "/2018-06-01/runtime/invocation/" + found["request"] + "/error"
raw("POST " + path + " HTTP/1.1", "Host: " + PLACE, "Content-Length: 9", body="[1", ends=True)

== extension without a name
ask("POST", EXTENSION + "register", b"{}")

== extension registers twice
register()
register()

== extension registers for an account
register(Lambda_Extension_Accept_Feature="x, accountId")

== extension registers for nothing
register("a", b"{}")
register("b", b'{"events": []}')
register("c", b'{"events": null}')

== extension registers for other events
register(body=b'{"events": ["SHUTDOWN"]}')
register(body=b'{"events": ["X"]}')

== extension registers without a body
register(body=b"")

== extension registers with what is no JSON
register(body=b"x")

== extension registers with other JSON
register(body=b"[]")
register(body=b'{"events": 1}')
register(body=b'{"events": [1]}')

== extension registers with keys
register(body=b'{"events": [], "configurationKeys": ["a"]}')

== extensions beyond ten
for number in range(11): register("e" + str(number))
register("e1")

== extension without an identifier
ask("GET", EXTENSION + "event/next")
ask("POST", EXTENSION + "init/error")
ask("POST", EXTENSION + "exit/error")

== extension with another identifier
for one in ("x", ID, ID.upper(), ID.replace("-", ""), "{" + ID + "}", "urn:uuid:" + ID):
    named = {"Lambda_Extension_Identifier": one, **FAILED}
    ask("GET", EXTENSION + "event/next", **named)
    ask("POST", EXTENSION + "init/error", **named)
    ask("POST", EXTENSION + "exit/error", **named)

== extension fails without a type
register()
extension("POST", "init/error")
extension("POST", "exit/error")
ask("POST", EXTENSION + "init/error", Lambda_Extension_Identifier=ID)

== extension fails at its start, twice
register()
extension("POST", "init/error", **FAILED)
extension("POST", "init/error", **FAILED)
extension("POST", "exit/error", **FAILED)
extension("GET", "event/next")

== extension fails, twice
register()
extension("POST", "exit/error", **FAILED)
extension("POST", "exit/error", **FAILED)
extension("POST", "init/error", **FAILED)
extension("GET", "event/next")

== extension after `next`
take()
register()

== extension hears of a call
import threading
register()
thread = threading.Thread(target=extension, args=("GET", "event/next"))
thread.start()
thread.join(0.5)
take()
thread.join()
said.sort(key=str)
extension("POST", "init/error", **FAILED)
extension("POST", "exit/error", **FAILED)

== metadata
path = "/2026-01-15/metadata/execution-environment"
known = {"Authorization": "Bearer " + os.environ["AWS_LAMBDA_METADATA_TOKEN"]}
said.append(os.environ["AWS_LAMBDA_METADATA_API"] == PLACE)
ask("GET", path, **known)
ask("GET", path)
ask("GET", path, Authorization="Bearer other")
ask("POST", path, **known)
ask("POST", path)
ask("HEAD", path, **known)
ask("GET", "/2026-01-15/metadata/nothing", **known)

== subscriptions
ask("PUT", "/2022-07-01/telemetry", b"{}")
ask("PUT", "/2020-08-15/logs", b"{}")
register()
extension("PUT", "../../2022-07-01/telemetry")
"""
STEPS: dict[str, str] = {
    name: lines for name, _, lines in (one.partition("\n") for one in _TEXT.split("\n== ")[1:])
}
"""Python by the name of what it shows."""
