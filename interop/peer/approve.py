"""Approve the login at an authorize URL, instead of a person with a browser. Prints the code."""

import sys

from common import approve

print(approve(sys.argv[1]))
