"""Runs where the public parsers are installed: hands them the events that stand on stdin.

`{"s3:put": {…}, …}` comes in; what each parser made of each event goes out, by the parser's name.
"""

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

# Parsers by the event's source, or by its full name where kinds differ.
AUTHORIZER = "api_gateway_authorizer_event.APIGatewayAuthorizer"
RESOURCE = "cloudformation_custom_resource.CloudFormationCustomResource"
SOCKET = "apigw_websocket.APIGatewayWebSocket"
DATA_CLASSES = {
    "alb": "ALBEvent",
    "authorizer:http": f"{AUTHORIZER}EventV2",
    "authorizer:request": f"{AUTHORIZER}RequestEvent",
    "authorizer:token": f"{AUTHORIZER}TokenEvent",
    "cloudformation": "CloudFormationCustomResourceEvent",
    "cognito:pre-sign-up": "cognito_user_pool_event.PreSignUpTriggerEvent",
    "cognito:post-confirmation": "cognito_user_pool_event.PostConfirmationTriggerEvent",
    "cognito:pre-authentication": "cognito_user_pool_event.PreAuthenticationTriggerEvent",
    "cognito:post-authentication": "cognito_user_pool_event.PostAuthenticationTriggerEvent",
    "cognito:pre-token-generation": "cognito_user_pool_event.PreTokenGenerationTriggerEvent",
    "cognito:pre-token-generation-v2": "cognito_user_pool_event.PreTokenGenerationV2TriggerEvent",
    "cognito:custom-message": "cognito_user_pool_event.CustomMessageTriggerEvent",
    "cognito:user-migration": "cognito_user_pool_event.UserMigrationTriggerEvent",
    "cognito:define-auth-challenge": "cognito_user_pool_event.DefineAuthChallengeTriggerEvent",
    "cognito:create-auth-challenge": "cognito_user_pool_event.CreateAuthChallengeTriggerEvent",
    "cognito:verify-auth-challenge": (
        "cognito_user_pool_event.VerifyAuthChallengeResponseTriggerEvent"
    ),
    "dynamodb": "DynamoDBStreamEvent",
    "eventbridge": "EventBridgeEvent",
    "firehose": "KinesisFirehoseEvent",
    "http": "APIGatewayProxyEventV2",
    "kafka": "KafkaEvent",
    "kinesis": "KinesisStreamEvent",
    "logs": "CloudWatchLogsEvent",
    "rest": "APIGatewayProxyEvent",
    "s3": "S3Event",
    "schedule": "EventBridgeEvent",
    "ses": "SESEvent",
    "sns": "SNSEvent",
    "sqs": "SQSEvent",
    "url": "LambdaFunctionUrlEvent",
    "websocket": "api_gateway_websocket_event.APIGatewayWebSocketEvent",
}
MODELS = {
    "alb:single-value": "AlbModel",
    "authorizer:request": "ApiGatewayAuthorizerRequest",
    "authorizer:token": "ApiGatewayAuthorizerToken",
    "authorizer:http": "ApiGatewayAuthorizerRequestV2",
    "cloudformation:create": f"{RESOURCE}CreateModel",
    "cloudformation:update": f"{RESOURCE}UpdateModel",
    "cloudformation:delete": f"{RESOURCE}DeleteModel",
    "cognito:pre-sign-up": "cognito.CognitoPreSignupTriggerModel",
    "cognito:post-confirmation": "cognito.CognitoPostConfirmationTriggerModel",
    "cognito:pre-authentication": "cognito.CognitoPreAuthenticationTriggerModel",
    "cognito:post-authentication": "cognito.CognitoPostAuthenticationTriggerModel",
    "cognito:pre-token-generation": "cognito.CognitoPreTokenGenerationTriggerModelV1",
    "cognito:pre-token-generation-v2": "cognito.CognitoPreTokenGenerationTriggerModelV2AndV3",
    "cognito:custom-message": "cognito.CognitoCustomMessageTriggerModel",
    "cognito:user-migration": "cognito.CognitoMigrateUserTriggerModel",
    "cognito:define-auth-challenge": "cognito.CognitoDefineAuthChallengeTriggerModel",
    "cognito:create-auth-challenge": "cognito.CognitoCreateAuthChallengeTriggerModel",
    "cognito:verify-auth-challenge": "cognito.CognitoVerifyAuthChallengeTriggerModel",
    "dynamodb": "DynamoDBStreamModel",
    "eventbridge": "EventBridgeModel",
    "firehose": "KinesisFirehoseModel",
    "http": "APIGatewayProxyEventV2Model",
    "kafka:msk": "KafkaMskEventModel",
    "kafka:self-managed": "KafkaSelfManagedEventModel",
    "kinesis": "KinesisDataStreamModel",
    "logs": "CloudWatchLogsModel",
    "rest": "APIGatewayProxyEventModel",
    "s3": "S3Model",
    "schedule": "EventBridgeModel",
    "ses": "SesModel",
    "sns": "SnsModel",
    "sqs": "SqsModel",
    "url": "LambdaFunctionUrlModel",
    "websocket:connect": f"{SOCKET}ConnectEventModel",
    "websocket:disconnect": f"{SOCKET}DisconnectEventModel",
    "websocket:message": f"{SOCKET}MessageEventModel",
}
REQUESTS = ("alb", "http", "rest", "url")


def named(table: dict[str, str], event: str) -> str | None:
    return table.get(event) or table.get(event.partition(":")[0])


def found(package: str, place: str) -> Any:
    module, _, name = place.rpartition(".")
    path = f"{package}.{module}" if module else package
    return getattr(importlib.import_module(path), name)


def properties(value: Any, missing: set[str], depth: int = 3) -> Any:
    """Read every property of a data class, and note those that the event has nothing for."""
    if isinstance(value, list) or hasattr(value, "__next__"):
        return [properties(item, missing, depth) for item in value]
    if not (type(value).__module__.startswith("aws_lambda_powertools") and depth):
        return value if isinstance(value, str | int | float | dict | None) else repr(value)
    # A message may hold the event of another service; these do not.
    skipped = ("_", "decoded_nested")
    names = [name for name in dir(type(value)) if not name.startswith(skipped)]
    read: dict[str, Any] = {}
    for name in names:
        if isinstance(getattr(type(value), name), property):
            try:
                read[name] = properties(getattr(value, name), missing, depth - 1)
            except (KeyError, TypeError, ValueError):
                missing.add(name)
    return read


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    """Answer with what was asked."""
    message = await receive()
    told = {
        "method": scope["method"],
        "path": scope["path"],
        "query": scope["query_string"].decode(),
        "host": dict(scope["headers"]).get(b"host", b"").decode(),
        "body": message["body"].decode(),
    }
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(told).encode()})


def wsgi(environ: Any, start_response: Any) -> list[bytes]:
    """Answer with what was asked."""
    told = {
        "method": environ["REQUEST_METHOD"],
        "path": environ["PATH_INFO"],
        "query": environ["QUERY_STRING"],
        "host": environ["HTTP_HOST"],
        "body": environ["wsgi.input"].read().decode(),
    }
    start_response("200 OK", [("content-type", "application/json")])
    return [json.dumps(told).encode()]


def adapters() -> dict[str, Any]:
    from apig_wsgi import make_lambda_handler  # noqa: PLC0415
    from mangum import Mangum  # noqa: PLC0415

    return {"mangum": Mangum(asgi, lifespan="off"), "apig_wsgi": make_lambda_handler(wsgi)}


def main() -> None:
    told: dict[str, dict[str, Any]] = {}
    for name, event in json.load(sys.stdin).items():
        answers = told.setdefault(name, {})
        data_class, model = named(DATA_CLASSES, name), named(MODELS, name)
        if data_class:
            place = "aws_lambda_powertools.utilities.data_classes"
            missing: set[str] = set()
            answers["data_class"] = properties(found(place, data_class)(event), missing)
            answers["missing"] = sorted(missing)
        if model:
            place = "aws_lambda_powertools.utilities.parser.models"
            try:
                parsed = found(place, model).model_validate(event)
                answers["model"] = json.loads(parsed.model_dump_json(by_alias=True))
            except ValueError as error:
                answers["model"] = str(error)
        if name.partition(":")[0] in REQUESTS:
            for adapter, handler in adapters().items():
                answers[adapter] = handler(event, None)
    json.dump(told, sys.stdout, default=repr)


if __name__ == "__main__":
    main()
