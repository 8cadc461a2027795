"""Zips each folder of a SAM build as `sam package` does; runs in SAM's own environment."""

from __future__ import annotations

import sys
from pathlib import Path

from samcli.lib.package.utils import make_zip_with_lambda_permissions, zip_folder

for folder in sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir()):
    with zip_folder(str(folder), zip_method=make_zip_with_lambda_permissions) as (zipped, _):
        # Here `sam package` would upload it; SAM removes it on leaving.
        print(folder.name, Path(zipped).stat().st_size)
