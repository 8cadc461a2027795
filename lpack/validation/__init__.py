"""Holding a document against one of lpack's JSON Schemas, and saying in words what is wrong."""

from lpack.validation.problems import Problem, called, problems

__all__ = ["Problem", "called", "problems"]
