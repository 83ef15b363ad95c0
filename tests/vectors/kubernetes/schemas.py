#!/usr/bin/env python3
"""Takes the schemas of what docs/scale uses out of the PyPI package kubernetes-validate, with everything that they refer to.

Descriptions are left out, because they are nine tenths of the text. The strict variant refuses members that it does not know.
"""

import json
import pathlib
import sys

import kubernetes_validate

VERSION = "v1.34.0-local-strict"
KINDS = {"Job": "batch.v1.Job", "ConfigMap": "core.v1.ConfigMap", "PersistentVolumeClaim": "core.v1.PersistentVolumeClaim"}


def bare(schema):
    """A schema without descriptions; members that are called so stay."""
    if isinstance(schema, list):
        return [bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {}
    for key, value in schema.items():
        if key == "description" and isinstance(value, str) or key.startswith("x-kubernetes"):
            continue
        kept[key] = {name: bare(inner) for name, inner in value.items()} if key == "properties" else bare(value)
    return kept


def references(schema):
    """The names of all definitions that a schema refers to."""
    if isinstance(schema, list):
        return {name for item in schema for name in references(item)}
    if not isinstance(schema, dict):
        return set()
    own = {schema["$ref"].rsplit("/", 1)[1]} if isinstance(schema.get("$ref"), str) else set()
    return own.union(*(references(value) for value in schema.values()))


def main():
    folder = pathlib.Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema" / VERSION
    text = json.loads((folder / "_definitions.json").read_text())
    known = text["$defs"]
    roots = {kind: next(name for name in known if name.endswith("api." + path)) for kind, path in KINDS.items()}
    taken, waiting = {}, list(roots.values())
    while waiting:
        name = waiting.pop()
        if name not in taken:
            taken[name] = json.loads(json.dumps(bare(known[name])).replace("_definitions.json#", "#"))
            waiting.extend(references(taken[name]))
    lines = [f"  {json.dumps(name)}: {json.dumps(schema, separators=(',', ':'))}" for name, schema in sorted(taken.items())]
    kinds = json.dumps({kind: f"#/$defs/{name}" for kind, name in sorted(roots.items())})
    out = "{\n" + f' "$schema": "{text["$schema"]}",\n "kinds": {kinds},\n "$defs": {{\n' + ",\n".join(lines) + "\n }\n}\n"
    pathlib.Path(__file__).with_name("schemas.json").write_text(out)
    print(len(taken), "definitions,", len(out), "bytes", file=sys.stderr)


main()
