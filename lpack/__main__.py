"""`python -m lpack`."""

import sys

# Python puts the current folder first; a `json.py` there is not ours to run.
if not getattr(sys.flags, "safe_path", False):
    del sys.path[0]

from lpack.cli.main import script

script()
