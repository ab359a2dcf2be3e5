"""Formats of records and of trees: CSV, TSV, JSON, YAML."""

import csv
import io
import json
import re

import ruamel.yaml
import yaml

# Every field is longer than this module allows by default.
csv.field_size_limit(10_000_000)


def plain(text):
    """A number, a boolean or null, so that it differs from a text that looks the same."""
    return {"plain": text}


def read_csv(text):
    # Spreadsheets and many programs skip a byte order mark at the start of a file.
    text = text.encode().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


TSV_ESCAPES = {r"\t": "\t", r"\n": "\n", r"\r": "\r", r"\\": "\\", r"\x22": '"'}


def unescaped(field):
    return re.sub(r"\\(?:[tnr\\]|x22)", lambda escape: TSV_ESCAPES[escape[0]], field)


def read_tsv_lines(text):
    """As programs read that split lines at tabs."""
    return [[unescaped(field) for field in line.split("\t")] for line in text.split("\n")]


def read_tsv_excel(text):
    """As programs read that know quotes."""
    rows = csv.reader(io.StringIO(text, newline=""), dialect="excel-tab", strict=True)
    return [[unescaped(field) for field in row] for row in rows]


def pairs(pairs):
    return {"pairs": [list(pair) for pair in pairs]}


def not_json(name):
    raise ValueError(f"{name} is not JSON")


def read_json(text):
    return without_constants(
        json.loads(
            text,
            object_pairs_hook=pairs,
            parse_int=plain,
            parse_float=plain,
            parse_constant=not_json,
        )
    )


def without_constants(value):
    if isinstance(value, dict):
        return {key: without_constants(part) for key, part in value.items()}
    if isinstance(value, list):
        return [without_constants(part) for part in value]
    return scalar(value)


def read_json_lines(text):
    return [read_json(line) for line in text.split("\n") if line]


STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def with_json(structure):
    """The same, with the JSON strings in its texts decoded."""
    if isinstance(structure, list):
        return [with_json(part) for part in structure]
    if not isinstance(structure, str) or '"' not in structure:
        return structure
    strings = [{"string": json.loads(string)} for string in STRING.findall(structure)]
    return {"code": STRING.sub("STRING", structure), "strings": strings}


def scalar(value):
    if isinstance(value, str):
        return str(value)
    words = {"True": "true", "False": "false", "None": "null"}
    return plain(words.get(repr(value), repr(value)))


def node_of(loader, node):
    if isinstance(node, yaml.MappingNode):
        return pairs((node_of(loader, key), node_of(loader, value)) for key, value in node.value)
    if isinstance(node, yaml.SequenceNode):
        return [node_of(loader, item) for item in node.value]
    return scalar(loader.construct_object(node))


def read_pyyaml(text):
    """YAML 1.1."""
    loader = yaml.SafeLoader(text)
    documents = []
    while loader.check_node():
        documents.append(node_of(loader, loader.get_node()))
    return documents


def built(value):
    if isinstance(value, dict):
        return pairs((built(key), built(item)) for key, item in value.items())
    if isinstance(value, list):
        return [built(item) for item in value]
    return scalar(value)


def read_ruamel(text):
    """YAML 1.2."""
    loader = ruamel.yaml.YAML(typ="safe", pure=True)
    loader.allow_duplicate_keys = True
    return [built(document) for document in loader.load_all(text)]


READERS = {
    "csv": read_csv,
    "csv with json": lambda text: with_json(read_csv(text)),
    "tsv lines": read_tsv_lines,
    "tsv excel": read_tsv_excel,
    "json": read_json,
    "json lines": read_json_lines,
    "pyyaml": read_pyyaml,
    "ruamel": read_ruamel,
    "text": lambda text: text,
}
