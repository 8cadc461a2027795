"""Source trees of every build backend, each with what that backend treats in a way of its own."""

from __future__ import annotations

Tree = dict[str, str]

SETUPTOOLS = (
    '[build-system]\nrequires = ["setuptools>=77"]\nbuild-backend = "setuptools.build_meta"\n'
)
HATCHLING = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
FLIT = '[build-system]\nrequires = ["flit_core>=3.11"]\nbuild-backend = "flit_core.buildapi"\n'
POETRY = (
    '[build-system]\nrequires = ["poetry-core>=2"]\nbuild-backend = "poetry.core.masonry.api"\n'
)
UV = '[build-system]\nrequires = ["uv_build>=0.9,<0.99"]\nbuild-backend = "uv_build"\n'
PDM = '[build-system]\nrequires = ["pdm-backend"]\nbuild-backend = "pdm.backend"\n'

PROJECT = """
[project]
name = "My.Shop-Lib"
version = "1.02.0rc1"
description = "What  a shop\\tneeds"
requires-python = ">=3.9"
license = "MIT"
keywords = ["shop", "lambda"]
dependencies = [
  "Jinja2 >=3, <4",
  "tomli; python_version < '3.11'",
  "httpx[http2] >= 0.27 ; sys_platform != 'win32' or python_version > '3.8'",
]
[project.optional-dependencies]
Web_UI = ["flask", "rich>=13; python_version >= '3.10' or sys_platform == 'linux'"]
[project.scripts]
shop = "my_shop_lib:main"
[project.entry-points."shop.plugins"]
card = "my_shop_lib.cards:Card"
"""
DYNAMIC = '\n[project]\nname = "my-shop-lib"\ndynamic = ["version"]\n'

# Left out by all backends or by some: hidden files, bytecode, data, folders that are no packages.
PACKAGE = {
    "__init__.py": '"""A shop."""\n\n__version__ = "2.5"\n\n\ndef main() -> None: ...\n',
    "cards.py": "class Card: ...\n",
    "data/prices.json": "{}\n",
    "data/deep/rates.csv": "1,2\n",
    "py.typed": "",
    "stub.pyi": "",
    "sub/__init__.py": "",
    "sub/part.py": "",
    "sub/table.csv": "",
    "space/loose.py": "",
    ".hidden": "",
    ".hidden.py": "",
    "__pycache__/cards.cpython-311.pyc": "",
    "old.pyc": "",
}
AROUND = {
    "LICENSE": "MIT\n",
    "NOTICE.txt": "none\n",
    "README.md": "# Shop\n",
    "docs/conf.py": "",
    "tests/__init__.py": "",
    "tests/test_shop.py": "",
    "dist/junk.py": "",
    "build/junk.py": "",
    "tox.ini": "",
}


def tree(pyproject: str | None, start: str = "my_shop_lib", **more: str) -> Tree:
    """Give a whole tree with the package at `start`, and with more files."""
    files = {**AROUND, **{f"{start}/{name}": text for name, text in PACKAGE.items()}}
    if pyproject is not None:
        files["pyproject.toml"] = pyproject
    return files | more


_SETUP_PY = '''"""Setup."""
import os
from setuptools import find_packages, setup

HERE = os.path.abspath(os.path.dirname(__file__))
with open(os.path.join(HERE, "README.md")) as readme:
    LONG = readme.read()
REQUIRES = ["requests>=2", "six  # comment"]
NAME = "my-shop-lib"

setup(
    name=NAME,
    version="1" + ".5",
    description="Shop",
    long_description=LONG,
    packages=find_packages("src", exclude=["*.sub"]),
    package_dir={"": "src"},
    package_data={"my_shop_lib": ["data/*.json"]},
    install_requires=REQUIRES + ["idna"],
    extras_require={"fast": ["orjson"], ":python_version < '3.8'": ["typing-extensions"]},
    entry_points={"console_scripts": ["shop = my_shop_lib:main"]},
    python_requires=">=3.8",
    zip_safe=False,
)
'''
_SETUP_CFG = """
[metadata]
name = my-shop-lib
version = attr: my_shop_lib.__version__
description = Shop
license_files = LICENSE
keywords = a, b

[options]
packages = find_namespace:
package_dir =
    = src
include_package_data = True
python_requires = >=3.8
install_requires = file: requirements.txt

[options.packages.find]
where = src
exclude =
    *.data*

[options.extras_require]
fast =
    orjson>=3  # quick
    ujson; python_version<"3.9"

[options.entry_points]
console_scripts =
    shop = my_shop_lib:main

[options.package_data]
* = *.csv
"""
_HATCH_WHEEL = "[tool.hatch.build.targets.wheel]\n"
_POETRY_TABLE = """
[tool.poetry]
name = "my-shop-lib"
version = "0.3"
description = "Shop"
authors = ["Ada <ada@example.com>"]
license = "MIT"
{more}
[tool.poetry.dependencies]
python = "^3.9"
requests = "^2.31"
idna = "~3.4"
attrs = ">=21,<26"
six = "1.17.0"
zero = "^0.2.3"
tiny = "^0.0.4"
one = "^1"
tilde = "~1"
wild = "2.*"
any = "*"
tomli = {{ version = "^2.0", python = "<3.11" }}
orjson = {{ version = "^3", optional = true }}
pywin32 = {{ version = ">=300", markers = "sys_platform == 'win32'" }}
"boto3" = {{ version = "^1.34", extras = ["crt"] }}
[tool.poetry.extras]
fast = ["orjson"]
[tool.poetry.scripts]
shop = "my_shop_lib:main"
"""


def _poetry(more: str = "") -> str:
    return POETRY + _POETRY_TABLE.format(more=more)


CASES: dict[str, Tree] = {
    "setuptools-src": tree(SETUPTOOLS + PROJECT, "src/my_shop_lib"),
    "setuptools-flat": tree(
        SETUPTOOLS + PROJECT + '[tool.setuptools.package-data]\nmy_shop_lib = ["data/**/*.csv"]\n'
    ),
    "setuptools-manifest": tree(
        SETUPTOOLS
        + DYNAMIC.replace('["version"]', '["version", "dependencies", "optional-dependencies"]')
        + '[tool.setuptools.dynamic]\nversion = {attr = "my_shop_lib.__version__"}\n'
        + 'dependencies = {file = ["requirements.txt"]}\n'
        + "[tool.setuptools.dynamic.optional-dependencies]\n"
        + 'fast = {file = ["fast.txt"]}\n'
        + '[tool.setuptools.packages.find]\nwhere = ["src"]\nnamespaces = false\n'
        + '[tool.setuptools.exclude-package-data]\nmy_shop_lib = ["sub/*.csv"]\n',
        "src/my_shop_lib",
        **{
            "MANIFEST.in": "graft src\nprune src/my_shop_lib/data/deep\n# no\n"
            "recursive-include src \\\n *.txt\nglobal-exclude *.pyc .hidden\n",
            "requirements.txt": "idna  # names\n# comment\nrequests>=2\n",
            "fast.txt": "orjson\n",
        },
    ),
    "setuptools-version-file": tree(
        SETUPTOOLS
        + DYNAMIC
        + '[tool.setuptools]\npackages = ["my_shop_lib"]\ninclude-package-data = false\n'
        + '[tool.setuptools.dynamic]\nversion = {file = "VERSION"}\n',
        VERSION="3.1\n",
    ),
    "setuptools-package-dir": tree(
        SETUPTOOLS
        + PROJECT
        + '[tool.setuptools]\npackages = ["shop", "shop.inner"]\n'
        + '[tool.setuptools.package-dir]\nshop = "lib/my_shop_lib"\n'
        + '"shop.inner" = "lib/my_shop_lib/sub"\n',
        "lib/my_shop_lib",
    ),
    "setuptools-module": {
        "pyproject.toml": SETUPTOOLS + PROJECT,
        "my_shop_lib.py": "",
        "noxfile.py": "",
        "docs/conf.py": "",
    },
    "setuptools-py-modules": tree(
        SETUPTOOLS + PROJECT + '[tool.setuptools]\npy-modules = ["alone"]\n', **{"alone.py": ""}
    ),
    "setuptools-no-build-system": tree(PROJECT),
    "setuptools-setup-py": tree(None, "src/my_shop_lib", **{"setup.py": _SETUP_PY}),
    "setuptools-setup-cfg": tree(
        None,
        "src/my_shop_lib",
        **{
            "setup.cfg": _SETUP_CFG,
            "setup.py": "from setuptools import setup\n\nsetup()\n",
            "MANIFEST.in": "include src/my_shop_lib/data/*.json\n",
            "requirements.txt": "idna\n",
        },
    ),
    "hatchling-flat": tree(HATCHLING + PROJECT),
    "hatchling-src": tree(
        HATCHLING + DYNAMIC + '[tool.hatch.version]\npath = "src/my_shop_lib/__init__.py"\n',
        "src/my_shop_lib",
        **{".gitignore": "*.csv\n!table.csv\n/docs\n"},
    ),
    "hatchling-namespace": tree(HATCHLING + PROJECT, "acme/my_shop_lib"),
    "hatchling-module": {"pyproject.toml": HATCHLING + PROJECT, "my_shop_lib.py": ""},
    "hatchling-packages": tree(
        HATCHLING
        + PROJECT
        + _HATCH_WHEEL
        + 'packages = ["lib/my_shop_lib"]\nexclude = ["*.csv", "/lib/my_shop_lib/space"]\n'
        + 'artifacts = ["rates.csv"]\n',
        "lib/my_shop_lib",
    ),
    "hatchling-include": tree(
        HATCHLING
        + PROJECT
        + _HATCH_WHEEL
        + 'include = ["my_shop_lib/*.py", "/docs"]\nexclude = ["cards.py"]\n'
        + '[tool.hatch.build.targets.wheel.sources]\n"docs" = "my_shop_lib/docs"\n',
    ),
    "hatchling-only-include": tree(
        HATCHLING
        + PROJECT
        + _HATCH_WHEEL
        + 'only-include = ["lib/my_shop_lib/sub", "tox.ini"]\nsources = ["lib"]\n',
        "lib/my_shop_lib",
    ),
    "hatchling-force-include": tree(
        HATCHLING
        + PROJECT
        + '[tool.hatch.build.targets.wheel.force-include]\n"docs" = "my_shop_lib/manual"\n'
        + '"tox.ini" = "my_shop_lib/tox.txt"\n'
    ),
    "hatchling-only-packages": tree(
        HATCHLING + PROJECT + _HATCH_WHEEL + 'only-packages = true\npackages = ["my_shop_lib"]\n'
    ),
    "flit-src": tree(
        FLIT + DYNAMIC.replace('["version"]', '["version", "description"]'), "src/my_shop_lib"
    ),
    "flit-named": tree(FLIT + PROJECT + '[tool.flit.module]\nname = "acme.shop"\n', "acme/shop"),
    "flit-module": {
        "pyproject.toml": FLIT + DYNAMIC + 'description = "Shop"\n',
        "my_shop_lib.py": '"""A shop."""\n__version__ = "0.1"\n',
        "LICENSE": "MIT\n",
    },
    "poetry-flat": tree(_poetry()),
    "poetry-project": tree(POETRY + PROJECT, "src/my_shop_lib", **{"LICENSES/MIT.txt": "MIT\n"}),
    "poetry-packages": tree(
        _poetry(
            'packages = [{ include = "my_shop_lib", from = "lib" }, '
            '{ include = "docs/**/*.py", to = "my_docs" }]\n'
            'include = ["tox.ini", { path = "README.md", format = ["wheel", "sdist"] }]\n'
            'exclude = ["**/*.csv", "lib/my_shop_lib/space"]\n'
        ),
        "lib/my_shop_lib",
    ),
    "poetry-dynamic": tree(
        POETRY
        + DYNAMIC.replace('["version"]', '["version", "dependencies"]')
        + _POETRY_TABLE.format(more="").replace('name = "my-shop-lib"\n', "")
    ),
    "poetry-ignored": tree(
        _poetry(), "src/my_shop_lib", **{".gitignore": "*.csv\n/src/*/space/\n!rates.csv\n"}
    ),
    "uv-src": tree(UV + PROJECT.replace("1.02.0rc1", "1.2"), "src/my_shop_lib"),
    "uv-excludes": tree(
        UV
        + PROJECT
        + '[tool.uv.build-backend]\nmodule-root = ""\nwheel-exclude = ["*.csv", "space"]\n'
        + 'source-exclude = ["/my_shop_lib/sub/part.py", "/my_shop_lib/data"]\n'
    ),
    "uv-names": tree(
        UV
        + PROJECT
        + '[tool.uv.build-backend]\nmodule-name = ["acme.my_shop_lib", "docs"]\n'
        + "namespace = true\ndefault-excludes = false\n",
        "src/acme/my_shop_lib",
        **{"src/docs/conf.py": ""},
    ),
    "pdm-src": tree(PDM + PROJECT, "src/my_shop_lib"),
    "pdm-flat": tree(
        PDM + DYNAMIC + '[tool.pdm.version]\nsource = "file"\npath = "my_shop_lib/__init__.py"\n',
        **{"second/__init__.py": "", "loose.py": ""},
    ),
    "pdm-modules": {"pyproject.toml": PDM + PROJECT, "a.py": "", "b.py": "", "LICENSE": "MIT\n"},
    "pdm-includes": tree(
        PDM
        + PROJECT
        + '[tool.pdm.build]\nincludes = ["my_shop_lib", "docs/*.py"]\n'
        + 'excludes = ["my_shop_lib/**/*.csv", "my_shop_lib/space"]\n'
    ),
}
"""Projects by the backend and by what is special about them."""
