"""The protocol in the OpenAPI schema: one component, with its parts written into it, so that their names meet no others."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema

from radapp.readerstudies.protocol import Protocol

_OF_DEFINITIONS = "#/$defs/"


class ReaderStudyProtocol(Protocol):
    """The protocol, under a name of its own in the schema."""


class ReaderStudyProtocolExtension(OpenApiSerializerExtension):
    """Taken before drf_spectacular's own extension for pydantic, which would make a component of every part."""

    target_class = ReaderStudyProtocol
    priority = 1

    def get_name(self, auto_schema: AutoSchema, direction: str) -> str:
        """As the front end's types name it."""
        return "ReaderStudyProtocol"

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        """Pydantic's JSON schema of what is stored, without references."""
        schema = ReaderStudyProtocol.model_json_schema(mode="serialization")
        return _without_references(schema, schema.pop("$defs", {}))


def _without_references(piece: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(piece, list):
        return [_without_references(one, definitions) for one in piece]
    if not isinstance(piece, dict):
        return piece
    name = str(piece.get("$ref", "")).removeprefix(_OF_DEFINITIONS)
    if name:
        return _without_references(definitions[name], definitions)
    return _of_openapi_3_0({key: _without_references(value, definitions) for key, value in piece.items()})


def _of_openapi_3_0(piece: dict[str, Any]) -> dict[str, Any]:
    """Pydantic writes JSON Schema 2020-12; OpenAPI 3.0 says null and exclusive limits otherwise. What is stored is whole."""
    piece.pop("default", None)
    if isinstance(piece.get("title"), str):
        piece.pop("title")
    if "properties" in piece:
        piece["required"] = list(piece["properties"])
    for exclusive, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(piece.get(exclusive), int | float):
            piece |= {limit: piece[exclusive], exclusive: True}
    choices = piece.get("anyOf", [])
    if {"type": "null"} in choices:
        piece.pop("anyOf")
        rest = [one for one in choices if one != {"type": "null"}]
        piece |= {"nullable": True} | (rest[0] if len(rest) == 1 else {"anyOf": rest})
    return piece
