#!/usr/bin/python3
"""Holds the answers of `bitworth serve` against docs/api/openapi.yaml: every path and method of it is asked, and each answer
must have a status that is listed there and match its schema. Then answers are spoilt at one place after the other, and the
schemas must refuse each: they would notice a figure that changed its kind, a key that is new and one that is gone."""
import copy
import http.client
import json
import pathlib
import signal
import subprocess
import sys
import time

import jsonschema
import yaml

root = pathlib.Path(__file__).resolve().parents[2]
api = yaml.safe_load((root / "docs/api/openapi.yaml").read_text())
base = (root / "docs/api/openapi.yaml").as_uri()
store = {base: api}
resolver = jsonschema.RefResolver(base, api, store=store)
server = subprocess.Popen([sys.argv[1], "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
port = int(server.stdout.readline().split(":")[2].split("/")[0])
asked = set()


def resolved(thing):
    return resolver.resolve(thing["$ref"])[1] if "$ref" in thing else thing


def ask(method, path, body, expected, listed=None):
    listed = listed or path
    asked.add((listed, method.lower()))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, {"Content-Type": "application/json"} if body is not None else {})
    response = connection.getresponse()
    text = response.read()
    assert response.status == expected, (method, path, response.status, text[:200])
    content = resolved(api["paths"][listed][method.lower()]["responses"][str(expected)])["content"]
    if "application/json" not in content:
        return None
    answer, schema = json.loads(text), content["application/json"]["schema"]
    jsonschema.Draft202012Validator(schema, resolver=resolver).validate(answer)
    return answer


def status_of(method, path, headers):
    """Of a request of these headers alone, without a body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path)
    for name, value in {"Content-Type": "application/json", **headers}.items():
        connection.putheader(name, value)
    connection.endheaders()
    return connection.getresponse().status


def places(value, path=()):
    """Every place in a document; of an array the first entry stands for all."""
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def spoilt(document, path):
    """What is wrong, and the document with it."""
    for wrong in ("another kind", "a new key", "no such key"):
        result = copy.deepcopy(document)
        parent, place = None, result
        for key in path:
            parent, place = place, place[key]
        if wrong == "another kind" and parent is not None:
            parent[path[-1]] = {"unexpected": True}
        elif wrong == "a new key" and isinstance(place, dict):
            place["unexpected"] = True
        elif wrong == "no such key" and isinstance(parent, dict):
            del parent[path[-1]]
        else:
            continue
        yield wrong, result


def accepted_though_spoilt(answer, schema):
    validator = jsonschema.Draft202012Validator(schema, resolver=resolver)
    for path in places(answer):
        for wrong, document in spoilt(answer, path):
            if validator.is_valid(document):
                yield f"{'.'.join(map(str, path))}: {wrong}"


try:
    ask("GET", "/", None, 200)
    document = ask("GET", "/api/decision", None, 200)
    ask("POST", "/api/decision", json.dumps({"draws": 100, "changes": {"quality.margin": 0.02}}), 200)
    ask("POST", "/api/decision", json.dumps({"changes": {"name": "x"}}), 422)
    run = ask("POST", "/api/runs", json.dumps({"draws": 500}), 202)["run"]
    while ask("GET", f"/api/runs/{run}", None, 200, "/api/runs/{run}")["state"] == "running":
        time.sleep(0.05)
    ask("POST", f"/api/runs/{run}/cancel", "{}", 200, "/api/runs/{run}/cancel")
    ask("GET", "/api/runs/77", None, 404, "/api/runs/{run}")
    # No body at all is no body that is too large, and one that is announced too large is not read.
    for method, path, headers, status in (("PUT", "/", {}, 405), ("POST", "/", {}, 405), ("POST", "/api/decision", {}, 422),
                                          ("POST", "/api/decision", {"Content-Length": str(1 << 30)}, 413)):
        assert status_of(method, path, headers) == status, (method, path, headers)
    missing = {(path, method) for path, methods in api["paths"].items() for method in methods} - asked
    assert not missing, f"documented and not asked: {missing}"
    # What the page may send is what the case's editor takes.
    pattern = api["components"]["schemas"]["Question"]["properties"]["changes"]["propertyNames"]
    for given in document["inputs"]:
        jsonschema.validate(given["key"], pattern)
    schema = api["components"]["responses"]["Document"]["content"]["application/json"]["schema"]
    del document["inputs"]  # optional
    passed = list(accepted_though_spoilt(document, schema))
    assert not passed, "the schema accepts:\n" + "\n".join(passed)
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=60) == 0
finally:
    server.kill()
print(f"{len(asked)} requests match docs/api/openapi.yaml")
