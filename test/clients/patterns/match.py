"""Prints, as JSON, each text that Python does not match."""

import json
import re
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    patterns = json.load(file)
print(json.dumps([[each["pattern"], text] for each in patterns for text in each["texts"] if not re.search(each["pattern"], text)]))
