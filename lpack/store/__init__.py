"""The content-addressed store of admitted wheels, and how wheels come into it."""

from lpack.store.wheels import WheelStore

__all__ = ["WheelStore"]
