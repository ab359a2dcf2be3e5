"""Reads texts of many formats with parsers that others wrote.

Takes requests on stdin, one line of JSON each, {"reader": NAME, "text": TEXT}, and answers each with a line:
{"read": STRUCTURE}, or {"fault": WHY} if the parser rejects the text. A structure is nested lists of strings; it holds
all that the parser found: every field, key, node, argument and statement, in order.
"""

import json
import os
import sys
import tempfile

import accounts
import data
import drawn
import markup
import settings
import shell
import sql

READERS = {"with json": data.with_json}
READERS |= accounts.READERS
READERS |= data.READERS | drawn.READERS | markup.READERS | settings.READERS | shell.READERS | sql.READERS


def answer(request):
    try:
        read = READERS[request["reader"]](request["text"])
        left = os.listdir()
        return {"fault": f"it left {left}"[:2000]} if left else {"read": read}
    except Exception as why:  # Each parser has exceptions of its own.
        return {"fault": f"{type(why).__name__}: {why}"[:2000]}


def answer_all(answers):
    for line in sys.stdin:
        answered = json.dumps(answer(json.loads(line)), ensure_ascii=False)
        # What is not text, such as half a character, is in no name.
        answers.buffer.write(answered.encode(errors="replace") + b"\n")
        answers.flush()


answers = sys.stdout
# Some parsers print what they think.
sys.stdout = sys.stderr
sys.setrecursionlimit(20_000)
# What a parser writes is seen here, and goes away.
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    answer_all(answers)
