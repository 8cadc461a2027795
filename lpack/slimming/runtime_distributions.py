"""The distributions that every managed Python runtime brings: the AWS SDK and what it stands on.

AWS says that the SDK is there and that its version depends on the runtime and the Region, and lists
nothing else: https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html#python-sdk-included
The other names are what botocore and s3transfer require in their own METADATA.
"""

from __future__ import annotations

SDK = frozenset({"boto3", "botocore", "s3transfer"})
"""These fit each other only at certain versions, so they ship all or not at all."""
BELOW_SDK = frozenset({"jmespath", "python-dateutil", "six", "urllib3"})
"""The SDK takes a wide range of these."""
