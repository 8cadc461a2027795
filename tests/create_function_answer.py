"""What `aws lambda get-function-configuration` prints, with names of nobody.

https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
"""

from __future__ import annotations

from typing import Any

ANSWER: dict[str, Any] = {
    "FunctionName": "orders",
    "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:orders",
    "Runtime": "python3.12",
    "Role": "arn:aws:iam::123456789012:role/orders",
    "Handler": "app.handler",
    "CodeSize": 1228,
    "Description": "",
    "Timeout": 10,
    "MemorySize": 256,
    "LastModified": "2026-01-01T00:00:00.000+0000",
    "CodeSha256": "c2hhMjU2",
    "Version": "$LATEST",
    "VpcConfig": {
        "SubnetIds": [],
        "SecurityGroupIds": [],
        "VpcId": "",
        "Ipv6AllowedForDualStack": False,
    },
    "Environment": {"Variables": {"STAGE": "test"}},
    "KMSKeyArn": None,
    "TracingConfig": {"Mode": "PassThrough"},
    "RevisionId": "3b6b6b5e-0000-4000-8000-000000000000",
    "Layers": [{"Arn": "arn:aws:lambda:eu-west-1:123456789012:layer:tools:3", "CodeSize": 1024}],
    "State": "Active",
    "LastUpdateStatus": "Successful",
    "PackageType": "Zip",
    "Architectures": ["arm64"],
    "EphemeralStorage": {"Size": 512},
    "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
    "RuntimeVersionConfig": {"RuntimeVersionArn": "arn:aws:lambda:eu-west-1::runtime:0000"},
    "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/orders"},
    "SomethingNew": {"OfNextYear": True},
}
