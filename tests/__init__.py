"""Tests of lpack; a package, so that tests can share their builders."""
