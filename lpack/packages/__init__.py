"""Packages that are there already, whoever made them, read into the `Bundle` that rules judge."""

from lpack.packages.layers import as_layer, looks_like_layer, with_layers
from lpack.packages.reading import read_package

__all__ = ["as_layer", "looks_like_layer", "read_package", "with_layers"]
