"""`importlib.metadata` answers the same of a slimmed package, asked in a real interpreter."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.slim_packages import ALL, Distribution, package_of, unpacked

if TYPE_CHECKING:
    from pathlib import Path

QUESTIONS = """
import importlib.metadata, json, sys

sys.path.insert(0, sys.argv[1])
found = {}
for one in importlib.metadata.distributions(path=[sys.argv[1]]):
    name = one.metadata["Name"]
    found[name] = {
        "version": importlib.metadata.version(name),
        "requires": importlib.metadata.requires(name),
        "entry_points": sorted(map(repr, one.entry_points)),
        "summary": one.metadata["Summary"],
        "has_files": importlib.metadata.files(name) is not None,
    }
tops = importlib.metadata.packages_distributions()
tops = {top: sorted(set(names)) for top, names in tops.items() if set(names) <= set(found)}
json.dump([found, tops], sys.stdout)
"""
ENTRY_POINTS = "[console_scripts]\ntool = alpha:main\n\n[alpha.plugins]\none = alpha.one:One\n"


def answers(folder: Path) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Ask about every distribution in a folder."""
    command = [sys.executable, "-I", "-c", QUESTIONS, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found, tops = json.loads(done.stdout)
    return found, tops


def test_all_but_the_list_of_files_is_the_same(tmp_path: Path) -> None:
    """Version, requirements, entry points and top-level packages are told; files() gives None."""
    alpha = Distribution(
        {"alpha/__init__.py": "", "alpha/one.py": "", "_alpha.py": "", "alpha.libs/x.so": ""},
        requires=("beta>=1", "gamma; extra == 'more'"),
        dist_info={"entry_points.txt": ENTRY_POINTS},
    )
    beta = Distribution({"beta.py": ""}, dist_info={"top_level.txt": "beta\n"})

    package = package_of(tmp_path, {"alpha": alpha, "beta": beta}, "metadata")
    found, tops = answers(unpacked(package, tmp_path / "out"))

    assert found["alpha"] == {
        "version": "1.0",
        "requires": ["beta>=1", "gamma; extra == 'more'"],
        "entry_points": found["alpha"]["entry_points"],
        "summary": None,
        "has_files": False,
    }
    assert len(found["alpha"]["entry_points"]) == 2
    assert tops == {"_alpha": ["alpha"], "alpha": ["alpha"], "beta": ["beta"]}


def test_what_installers_read_goes_and_licences_stay(tmp_path: Path) -> None:
    """METADATA, entry points, top-level names and whatever is a licence are all that is left."""
    stays = ["LICENSE", "COPYING.txt", "NOTICE", "AUTHORS.md", "licenses/3rd/BSD", "THIRD-LICENCES"]
    goes = ["zip-safe", "sboms/alpha.cdx.json", "pbr.json", "namespace_packages.txt"]
    dist_info = dict.fromkeys([*stays, *goes], "text")

    package = package_of(
        tmp_path, {"alpha": Distribution({"alpha.py": ""}, dist_info=dist_info)}, "metadata"
    )

    folder = "alpha-1.0.dist-info/"
    left = {entry.path.removeprefix(folder) for entry in package.bundle.entries if entry.owner}
    assert left == {"alpha.py", "METADATA", "top_level.txt", *stays}


def test_metadata_inside_a_package_is_never_touched(tmp_path: Path) -> None:
    """A vendored `.dist-info` is data of the package that reads it."""
    files = {"alpha/__init__.py": "", "alpha/_vendor/beta-2.dist-info/RECORD": "beta.py,,\n"}

    assert package_of(tmp_path, {"alpha": files}, "metadata").paths == files.keys()


@pytest.mark.slow
@pytest.mark.network
def test_real_distributions_answer_the_same(tmp_path: Path) -> None:
    """Real packages, with all their entry points, answer the same slimmed as they are."""
    wanted = ["boto3", "jsonschema", "opentelemetry-sdk", "pydantic", "python-dateutil"]
    (tmp_path / "app.py").write_text("def handler(event, context): ...\n")
    (tmp_path / "requirements.txt").write_text("\n".join(wanted))
    rules = {"whole": [], "slim": [rule for rule in ALL if rule != "runtime"]}

    found = {}
    for name, chosen in rules.items():
        (tmp_path / "lpack.toml").write_text(
            f'[functions.api]\nhandler = "app.handler"\nslim = {json.dumps(chosen)}\n'
        )
        command = [sys.executable, "-m", "lpack", "stage", "--to", str(tmp_path / "out" / name)]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
        found[name] = answers(tmp_path / "out" / name)

    for one in found["whole"][0].values():
        assert one.pop("has_files")
    for one in found["slim"][0].values():
        assert not one.pop("has_files")
    assert found["slim"][0] == found["whole"][0]
    # Python 3.10 does not ask RECORD, and so knows fewer of the whole ones.
    assert found["slim"][1].items() >= found["whole"][1].items()
    assert len(found["slim"][0]) >= len(wanted)
