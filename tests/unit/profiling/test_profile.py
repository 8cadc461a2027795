"""Records of imports become trees whose times add up, tables, and flame graphs."""

from __future__ import annotations

import json

from lpack.profiling import Comparison, Profile, flame_graph, read_profile, render, speedscope
from lpack.profiling.profile import OWN, STANDARD, Import
from lpack.profiling.table import sums

RECORD = """begin\t7\t10000000
import\t7\t11000000\tawslambdaric
done\t7\t13000000\tawslambdaric\t/var/runtime/awslambdaric/__init__.py
client\t7\t14000000
import\t7\t15000000\tapp
import\t9\t15500000\tapart
import\t7\t16000000\tslow
import\t7\t17000000\tjson
done\t7\t18000000\tjson\t/var/lang/json/__init__.py
import\t7\t18500000\tgone
done\t7\t18600000\tgone\t
done\t7\t24000000\tslow\t/var/task/slow/__init__.py
done\t9\t24000000\tapart\t/var/task/apart.py
done\t7\t25000000\tapp\t/var/task/app.py
ready\t7\t26000000
"""


def owner_of(name: str, origin: str) -> str:
    """Know a few modules."""
    owners = {"slow": "slow 1.0", "app": OWN, "awslambdaric": "Lambda's runtime", "gone": "none"}
    return owners.get(name, STANDARD) if origin or name in ("gone", "app", "slow") else ""


def profile_of(text: str = RECORD) -> Profile:
    """Read a record of a sandbox that began at the fifth millisecond."""
    found = read_profile(text, 5_000_000, owner_of)
    assert found is not None
    return found


def test_the_parts_of_a_start_add_up() -> None:
    """What each part and each owner takes is told once, and other threads are not in it."""
    profile = profile_of()

    assert profile.is_whole
    assert (profile.begun, profile.client, profile.ready) == (5, 9, 21)
    assert (profile.imported, profile.elsewhere) == (10, 1)
    assert [one.name for one in profile.runtime] == ["awslambdaric"]
    assert [one.name for one in profile.function[0].all()] == ["app", "slow", "json", "gone"]
    found = sums(profile.function)
    told = {owner: [round(one.own, 3), one.whole] for owner, one in found.items()}
    assert (told[OWN], told["slow 1.0"]) == ([2, 10], [6.9, 8])
    assert round(sum(one.own for one in found.values()), 6) == profile.imported


def test_tables_tell_who_takes_the_time() -> None:
    """The parts, the owners, the modules and the chains, each with milliseconds."""
    saved = Import("app", OWN, 10, 14)
    quick = Profile(5, 9, 15, (), (saved,))

    text = render(profile_of(), Comparison(False, quick, profile_of(), 3), "api")  # noqa: FBT003 - a plain value

    assert (
        text
        == """start of `api`: 21.0 ms until the first event

       ms
      5.0  start of the sandbox and of Python
      4.0  Lambda's runtime, of which imports 2.0
     10.0  imports of the function
      2.0  what the runtime does around them

1 import in another thread is in none of these times

  own ms  with theirs  modules  imported by the function
     6.9          8.0        1  slow 1.0
     2.0         10.0        1  your own code
     1.0          1.0        1  Python's library
     0.1          0.1        1  none
    10.0                     4  all of them

  own ms  with theirs  module
     6.9          8.0  slow (slow 1.0)
     2.0         10.0  app (your own code)
     1.0          1.0  json (Python's library)
     0.1          0.1  gone (none)

      ms  slowest chains of what your code imports
     8.0  slow 8.0

with bytecode 4.0 ms of imports, without 10.0, as 3 more starts of each kind tell
`bytecode = true` ships it, which would save 6.0 ms of each cold start
"""
    )


def test_a_start_that_fails_is_told_as_far_as_it_came() -> None:
    """What was being imported counts until then; a second chance is another start."""
    cut = RECORD[: RECORD.index("done\t7\t24")]

    profile = profile_of(cut + RECORD)

    assert not profile.is_whole
    assert (profile.ready, round(profile.imported, 6)) == (13.6, 3.6)
    assert [one.end for one in profile.function[0].all()] == [13.6, 13.6, 13, 13.6]
    assert "as the start has failed" in render(profile, None, "api")


def test_nothing_is_told_of_no_record() -> None:
    """Python may fail before its first line, and a function may write what it wants."""
    assert read_profile("", 0, owner_of) is None
    assert read_profile("nonsense\nready\t1\t2\nimport\t1\tx\ty\n", 0, owner_of) is None


def test_speedscope_gets_events_in_order() -> None:
    """Frames open and close like brackets, and no time goes back."""
    found = json.loads(speedscope(profile_of(), "api"))

    one = found["profiles"][0]
    opened: list[int] = []
    for event in one["events"]:
        if event["type"] == "O":
            opened.append(event["frame"])
        else:
            assert opened.pop() == event["frame"]
    times = [event["at"] for event in one["events"]]
    assert (opened, times) == ([], sorted(times))
    assert (times[0], times[-1], one["endValue"]) == (0, 21, 21)
    assert {"name": "slow", "file": "slow 1.0"} in found["shared"]["frames"]


def test_the_page_holds_what_is_named_in_any_way() -> None:
    """No name ends the script, and nothing is loaded from anywhere."""
    odd = Import("</script><img src=x>", "<b>", 9, 12)

    page = flame_graph(Profile(5, 9, 15, (), (odd,)), None, "<api>")

    assert page.count("</script>") == 1
    assert "<img" not in page
    assert "<title>start of &lt;api&gt;</title>" in page
    assert "http" not in page.replace("http-equiv", "")
