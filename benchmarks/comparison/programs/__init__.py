"""The programs that are measured: to add one, write its file and a line here."""

from __future__ import annotations

from comparison.programs.chalice import CHALICE
from comparison.programs.floors import BARE, COPY
from comparison.programs.kept import KEPT
from comparison.programs.lpack import LPACK
from comparison.programs.pex import PEX
from comparison.programs.pip import PIP
from comparison.programs.sam import SAM, SAM_CACHED
from comparison.programs.uv import UV

PEERS = {peer.key: peer for peer in (PIP, UV, KEPT, SAM, SAM_CACHED, PEX, CHALICE)}
OWN = (LPACK, COPY, BARE)
"""lpack and the floors; they are quick, and measured beside each peer."""
PROGRAMS = {program.key: program for program in OWN} | PEERS
