"""The values that the parts of lpack hand each other: frozen, typed and free of behaviour."""

from lpack.model.bundle import Artifact, Bundle, Entry, Excluded, Saved, WheelMember
from lpack.model.function import (
    ARCHITECTURES,
    Architecture,
    Function,
    Handler,
    HandlerTest,
    Json,
    Project,
    RequirementsInput,
    Runtime,
    Target,
    Trigger,
    Upload,
)
from lpack.model.lock import BuiltFrom, Lock, LockedPackage, LockedWheel, Resolution, StoredWheel
from lpack.model.messages import Diagnostic, Severity, Where
from lpack.model.requirements import (
    IndexOptions,
    LocalProject,
    RequiredPython,
    Requirement,
    RequirementSet,
)

__all__ = [
    "ARCHITECTURES",
    "Architecture",
    "Artifact",
    "BuiltFrom",
    "Bundle",
    "Diagnostic",
    "Entry",
    "Excluded",
    "Function",
    "Handler",
    "HandlerTest",
    "IndexOptions",
    "Json",
    "LocalProject",
    "Lock",
    "LockedPackage",
    "LockedWheel",
    "Project",
    "RequiredPython",
    "Requirement",
    "RequirementSet",
    "RequirementsInput",
    "Resolution",
    "Runtime",
    "Saved",
    "Severity",
    "StoredWheel",
    "Target",
    "Trigger",
    "Upload",
    "WheelMember",
    "Where",
]
