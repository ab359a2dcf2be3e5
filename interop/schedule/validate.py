"""Reads the objects on stdin as PyYAML does, validates them against the schemas of these versions of Kubernetes, fields
that there are not included, and prints them as JSON.

    validate.py VERSION...
"""

import json
import sys

import kubernetes_validate
import yaml

objects = list(yaml.safe_load_all(sys.stdin))
for version in sys.argv[1:]:
    for one in objects:
        kubernetes_validate.validate(one, version, strict=True)
json.dump(objects, sys.stdout)
