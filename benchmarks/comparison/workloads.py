"""What is built: projects of one or many functions, and the sets of packages that they ask for."""

from __future__ import annotations

from dataclasses import dataclass

RUNTIME = "python3.13"
PYTHON = RUNTIME.removeprefix("python")
MACHINE = "x86_64"
COLD, WARM, LINE, NONE = SCENARIOS = ("cold", "warm", "line", "none")
ABOUT_SCENARIOS = {
    COLD: "empty caches, the network included; the versions are locked",
    WARM: "filled caches, no artifact",
    LINE: "one line of one handler changed since the last build",
    NONE: "nothing changed since the last build",
}
API = ("requests", "pydantic", "aws-lambda-powertools", "jinja2")


@dataclass(frozen=True)
class Function:
    """One function of a project, and what it depends on."""

    name: str
    packages: tuple[str, ...]


@dataclass(frozen=True)
class Workload:
    """A project to build."""

    name: str
    about: str
    packages: tuple[tuple[str, ...], ...]
    """What each of its functions depends on."""
    modules: int = 0
    """Source files of each function besides its handler."""
    scenarios: tuple[str, ...] = SCENARIOS
    peers: tuple[str, ...] | None = None
    """The only peers that finish it in a reasonable time; None is all of them."""
    quick: bool = True
    """Whether it is part of a quick run."""
    quick_peers: tuple[str, ...] | None = None
    """The only peers of a quick run; None is as in a whole one."""

    @property
    def functions(self) -> tuple[Function, ...]:
        if len(self.packages) == 1:
            return (Function("app", self.packages[0]),)
        named = enumerate(self.packages)
        return tuple(Function(f"function-{number:03}", packages) for number, packages in named)

    @property
    def sets(self) -> tuple[tuple[str, ...], ...]:
        """The different sets of packages, in the order of their first use."""
        return tuple(dict.fromkeys(self.packages))


_TWENTY = (
    *((API,) * 10),
    *((("boto3",),) * 2),
    *((("pyjwt", "cryptography"),) * 2),
    *((("sqlalchemy", "psycopg[binary]"),) * 2),
    *((("pyyaml", "httpx"),) * 2),
    *((("pillow",),) * 2),
)
_TEN_SETS = (
    ("requests",),
    ("pyyaml", "jinja2"),
    ("httpx",),
    ("pyjwt", "cachetools"),
    ("attrs", "cattrs"),
    ("python-dateutil", "pytz"),
    ("click", "rich"),
    ("itsdangerous", "werkzeug"),
    ("pydantic",),
    ("sqlalchemy",),
)
_ALL = (
    Workload("w1", "one file, no dependencies", ((),)),
    Workload("w2", "a small API: " + ", ".join(API), (API,)),
    Workload("w3", "pandas, numpy", (("pandas", "numpy"),)),
    Workload(
        "w4",
        "20 functions over six sets of dependencies, ten of them those of w2",
        _TWENTY,
        quick_peers=("uv", "kept", "sam-cached"),
    ),
    Workload(
        "f200",
        "200 functions of five files over ten sets of dependencies",
        _TEN_SETS * 20,
        modules=4,
        peers=("uv", "kept"),
        quick=False,
    ),
    Workload(
        "none2000",
        "no dependencies, 2,000 source files",
        ((),),
        modules=1999,
        scenarios=(NONE,),
        peers=(),
    ),
)
WORKLOADS = {workload.name: workload for workload in _ALL}
