"""Proves that a handler can be imported, by importing it in the Python of its target."""

from lpack.proving.proof import Proof, prove

__all__ = ["Proof", "prove"]
