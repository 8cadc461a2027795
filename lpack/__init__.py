"""lpack turns a Python project into an AWS Lambda deployment package."""

__version__ = "0.1.0"
