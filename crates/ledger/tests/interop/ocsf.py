"""Validates events, one a line on standard input, against the schema of OCSF 1.8.0.

Needs the packages `ocsf-json-schema` and `jsonschema`.
"""

import json
import sys

import jsonschema
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

schemas = OcsfJsonSchemaEmbedded(get_ocsf_schema("1.8.0"))
wrong = 0
for number, line in enumerate(sys.stdin):
    event = json.loads(line)
    name = schemas.lookup_class_name_from_uid(event["class_uid"])
    schema = schemas.get_class_schema(name, event["metadata"]["profiles"])
    for error in jsonschema.Draft202012Validator(schema).iter_errors(event):
        wrong += 1
        print(f"event {number} ({name}): {'/'.join(map(str, error.path))}: {error.message[:200]}")
sys.exit(1 if wrong else 0)
