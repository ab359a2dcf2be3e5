"""Copies every token of one SDK storage to another. The suffix decides: `.db` is SQLite, anything else JSON."""

import argparse
import sys

sys.dont_write_bytecode = True
import common  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("source", metavar="FROM", help="the token file to read")
parser.add_argument("target", metavar="TO", help="the token file to write; made if it is missing")
parser.add_argument("--namespace", default="DEFAULT", help="the namespace to copy (default: %(default)s)")
args = parser.parse_args()

source = common.open_storage(args.source, args.namespace)
target = common.open_storage(args.target, args.namespace)
target.store_token_data_by_resource_server(source.get_token_data_by_resource_server())
