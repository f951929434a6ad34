#!/usr/bin/python3
"""Holds what `bitworth decide --json` prints of every shipped case, of those beside this file and of one with
evidence on quality, against docs/schema/decide.json, what `bitworth quality --json` prints of every kind of evidence
against docs/schema/quality.json, and the documents in the pages of --html against docs/schema/page.json; shows that the schemas can fail: a figure that vanishes or a key that nobody documented is
refused."""
import copy
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

root = pathlib.Path(__file__).resolve().parents[2]
schema = json.loads((root / "docs/schema/decide.json").read_text())
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
checked = 0
cases = [*sorted((root / "examples").glob("*.toml")), *sorted((root / "tests/schema").glob("*.toml"))]
for case in [*cases, root / "tests/golden/quality/outcomes.toml"]:
    printed = subprocess.run([sys.argv[1], "decide", case, "--json"], capture_output=True, text=True, check=True)
    answer = json.loads(printed.stdout, parse_constant=lambda name: sys.exit(f"{case.name}: {name} in the JSON"))
    problems = [f"{case.name}: {'/'.join(map(str, e.path))}: {e.message}" for e in validator.iter_errors(answer)]
    if problems:
        sys.exit("\n".join(problems))
    checked += 1

for spoil in (lambda a: a["options"][0].pop("net_worth_usd"), lambda a: a.update(extra=1),
              lambda a: a.update(verdict="PERHAPS")):
    spoilt = copy.deepcopy(answer)
    spoil(spoilt)
    if validator.is_valid(spoilt):
        sys.exit("the schema accepts an answer that was spoilt")
page_schema = json.loads((root / "docs/schema/page.json").read_text())
base = (root / "docs/schema/page.json").as_uri()
page_validator = jsonschema.Draft202012Validator(page_schema, resolver=jsonschema.RefResolver(base, page_schema))
for case in sorted((root / "examples").glob("*.toml")):
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder) / "page.html"
        subprocess.run([sys.argv[1], "decide", case, "--html", page], capture_output=True, check=True)
        document = json.loads(re.search(r'<script id="document" type="application/json">(.*?)</script>', page.read_text(), re.DOTALL)[1])
    problems = [f"{case.name}: {'/'.join(map(str, e.path))}: {e.message}" for e in page_validator.iter_errors(document)]
    if problems:
        sys.exit("\n".join(problems))
document["charts"]["roofline"].pop("roofs")
if page_validator.is_valid(document):
    sys.exit("the schema of the page accepts a document that was spoilt")

quality_schema = json.loads((root / "docs/schema/quality.json").read_text())
jsonschema.Draft202012Validator.check_schema(quality_schema)
base = (root / "docs/schema/quality.json").as_uri()
quality_validator = jsonschema.Draft202012Validator(quality_schema, resolver=jsonschema.RefResolver(base, quality_schema))
evidence = root / "tests/golden/quality"
judged = []
for arguments in (["pairs.jsonl"], ["pairs.jsonl", "--slices", "tool-calls"], ["clusters.jsonl"], ["kld.txt"],
                  ["pairs.jsonl", "--kld", "kld.txt", "--noise-floor", "self.txt"],
                  ["runs/bf16", "runs/w4a16", "--filter", "strict-match"]):
    command = [pathlib.Path(sys.argv[1]).resolve(), "quality", *arguments, "--json"]
    answer = json.loads(subprocess.run(command, cwd=evidence, capture_output=True, text=True, check=True).stdout,
                        parse_constant=lambda name: sys.exit(f"{arguments}: {name} in the JSON"))
    problems = [f"quality {' '.join(arguments)}: {'/'.join(map(str, e.path))}: {e.message}"
                for e in quality_validator.iter_errors(answer)]
    if problems:
        sys.exit("\n".join(problems))
    judged.append(answer)
for spoil in (lambda a: a["test"]["whole"].pop("loss_high"), lambda a: a.update(extra=1),
              lambda a: a["divergence"].update(rejects="no")):
    spoilt = copy.deepcopy(judged[4])
    spoil(spoilt)
    if quality_validator.is_valid(spoilt):
        sys.exit("the schema of quality accepts an answer that was spoilt")

print(f"{len(judged)} answers on quality and {checked} cases match their schemas")
