"""The shop's own description as a judge: what may be sent, and whether an answer is as it says."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies
from jsonschema import Draft202012Validator

from servizio.server.app import ROUTES
from servizio.server.description.document import document

METHODS = ("get", "post", "put", "patch", "delete")
ENDLESS = "text/event-stream"


def closed(schema: Any) -> Any:
    """The same schema, but nothing may be in an object that is not described."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        found.setdefault("additionalProperties", False)
    return found


@dataclass(frozen=True, slots=True)
class DescribedDoor:
    """A method at a path, as the description has it."""

    method: str
    path: str
    operation: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.operation["operationId"])

    @property
    def is_public(self) -> bool:
        return self.operation["security"] == []

    @property
    def is_staffs(self) -> bool:
        return any("staffToken" in each for each in self.operation["security"])

    @property
    def body(self) -> tuple[str, dict[str, Any]] | None:
        """Content type and schema of the request."""
        content = self.operation.get("requestBody", {}).get("content", {})
        return next(((kind, media["schema"]) for kind, media in content.items()), None)

    def parameters(self, where: str) -> list[Mapping[str, Any]]:
        return [each for each in self.operation.get("parameters", []) if each["in"] == where]


class Description:
    """The document, and what follows from it."""

    def __init__(self) -> None:
        self.document = json.loads(json.dumps(document(ROUTES)))
        self.schemas: dict[str, Any] = self.document["components"]["schemas"]
        self._closed = closed(copy.deepcopy(self.schemas))

    def doors(self) -> Iterator[DescribedDoor]:
        for path, operations in self.document["paths"].items():
            for method, operation in operations.items():
                yield DescribedDoor(method, path, operation)

    def fault(self, schema: Any, value: object, *, strict: bool = True) -> str:
        """What is wrong with a value; empty: it fits."""
        schemas = self._closed if strict else self.schemas
        whole = {"components": {"schemas": schemas}} | (closed(schema) if strict else schema)
        errors = Draft202012Validator(whole).iter_errors(value)
        return "; ".join(f"{error.json_path}: {error.message}" for error in errors)[:600]

    def reply(self, door: DescribedDoor, status: int) -> Mapping[str, Any] | None:
        """What is described for a status."""
        found = door.operation["responses"].get(str(status))
        if found is not None and "$ref" in found:
            return self._resolved(found["$ref"])
        return found

    def fault_of_answer(self, door: DescribedDoor, status: int, kind: str, body: bytes) -> str:
        """What is wrong with an answer; empty: it is as described."""
        reply = self.reply(door, status)
        if reply is None:
            return f"{status} is not described"
        content = reply.get("content", {})
        if not content:
            return "a body where none is described" if body else ""
        if kind not in content:
            return f"{kind} is not described for {status}"
        if kind != "application/json":
            return ""
        return self.fault(content[kind]["schema"], json.loads(body))

    def values(self, schema: Mapping[str, Any], known: Mapping[str, list[Any]], name: str = "",
               ) -> strategies.SearchStrategy[Any]:  # fmt: skip
        """Values that fit a schema. `known`: values of a name that the shop knows."""
        if "$ref" in schema:
            return self.values(self._resolved(schema["$ref"]), known, name)
        if "const" in schema:
            return strategies.just(schema["const"])
        if "enum" in schema:
            return strategies.sampled_from(schema["enum"])
        if "anyOf" in schema:
            return strategies.one_of([self.values(each, known, name) for each in schema["anyOf"]])
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        found = [self._of_kind(kind, schema, known, name) for kind in kinds]
        if name in known:
            found.insert(0, strategies.sampled_from(known[name]))
        return strategies.one_of(found)

    def _of_kind(
        self, kind: str, schema: Mapping[str, Any], known: Mapping[str, list[Any]], name: str
    ) -> strategies.SearchStrategy[Any]:
        found: strategies.SearchStrategy[Any]
        match kind:
            case "null":
                found = strategies.none()
            case "boolean":
                found = strategies.booleans()
            case "integer":
                most = schema.get("maximum", 10_000)
                found = strategies.integers(schema.get("minimum", -3), most)
            case "string":
                found = _texts(schema)
            case "array":
                found = strategies.lists(self.values(schema["items"], known, name), max_size=4)
            case "object":
                found = self._objects(schema, known, name)
            case _:
                raise AssertionError(f"no values for {schema}")
        return found

    def _objects(
        self, schema: Mapping[str, Any], known: Mapping[str, list[Any]], name: str
    ) -> strategies.SearchStrategy[Any]:
        properties = schema.get("properties", {})
        if not properties:
            values = self.values(schema.get("additionalProperties", {"type": "string"}), known)
            keys = strategies.text(max_size=10)
            if name in known:
                keys = strategies.one_of(strategies.sampled_from(known[name]), keys)
            return strategies.dictionaries(keys, values, max_size=3)
        needed = set(schema.get("required", ()))
        fixed = {each: self.values(properties[each], known, each) for each in sorted(needed)}
        free = {
            each: self.values(properties[each], known, each)
            for each in sorted({*properties} - needed)
        }
        return strategies.fixed_dictionaries(fixed, optional=free)

    def _resolved(self, path: str) -> Any:
        found: Any = self.document
        for part in path.removeprefix("#/").split("/"):
            found = found[part]
        return found


def _texts(schema: Mapping[str, Any]) -> strategies.SearchStrategy[str]:
    if "pattern" in schema:
        return strategies.from_regex(schema["pattern"], fullmatch=True)
    if schema.get("format") == "date":
        return strategies.dates().map(str)
    return strategies.text(max_size=min(schema.get("maxLength", 40), 40))


def broken(value: Any) -> strategies.SearchStrategy[Any]:
    """The same value with something of another kind in one place."""
    junk = strategies.sampled_from(
        [None, True, -1, 0, 2**63, 1.5, "", "x", "\u0000", [], [[]], {}, {"x": 1}, "9" * 400]
    )
    if isinstance(value, dict) and value:
        return strategies.sampled_from(sorted(value)).flatmap(
            lambda key: strategies.one_of(junk, broken(value[key])).map(
                lambda new: value | {key: new}
            )
        )
    if isinstance(value, list) and value:
        return strategies.one_of(junk, broken(value[0])).map(lambda new: [new, *value[1:]])
    return junk
