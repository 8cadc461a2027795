"""Holding a document against one of lpack's JSON Schemas, and saying in words what is wrong."""

from lpack.validation.problems import Problem, called, problems
from lpack.validation.verdicts import Verdicts

__all__ = ["Problem", "Verdicts", "called", "problems"]
