#!/usr/bin/env python3
"""Fails when a module includes one that it may not know, or a third party outside its one module.

This table is the architecture: docs/architecture.md explains it.
"""
import pathlib
import re
import sys

MAY_USE = {
    "units": [],
    "base": ["units"],
    "stats": ["units", "base"],
    "llm": ["units", "base"],
    "hardware": ["units", "base", "llm"],
    "workload": ["units", "base", "stats"],
    "cases": ["units", "base", "stats", "llm", "hardware", "workload"],
    "roofline": ["units", "base", "stats", "llm", "hardware", "workload", "cases"],
    "serving": ["units", "base", "stats", "llm", "hardware", "workload", "cases"],
    "quality": ["units", "base", "stats", "llm", "hardware", "workload", "cases"],
    "economics": ["units", "base", "stats", "llm", "hardware", "workload", "cases"],
}
MAY_USE["decision"] = ["roofline", "serving", "quality", "economics", *MAY_USE["economics"]]
MAY_USE["validation"] = ["roofline", *MAY_USE["economics"]]
MAY_USE["formats"] = ["quality", *MAY_USE["economics"]]
MAY_USE["host"] = MAY_USE["economics"]
MAY_USE["measure"] = ["formats", "roofline", "quality", *MAY_USE["economics"]]
MAY_USE["engine"] = ["measure", "host", *MAY_USE["measure"]]
MAY_USE["report"] = ["decision", "measure", *MAY_USE["decision"]]

THIRD_PARTIES = {
    "fmt/": ["base"],
    "nlohmann/": ["formats", "report"],
    "toml++/": ["formats"],
    "toml.hpp": ["formats"],
    "zlib.h": ["formats"],
    "openssl/": ["measure"],
    "llama.h": ["engine"],
    "ggml": ["engine"],
    "gguf.h": ["engine"],
    "dnnl": ["engine"],
    "CLI/": [],
}

root = pathlib.Path(__file__).resolve().parent.parent / "src" / "bitworth"
bad = []
for file in sorted(root.rglob("*.[ch]pp")):
    if file.name.endswith("_test.cpp"):
        continue
    module = file.relative_to(root).parts[0]
    if module not in MAY_USE:
        bad.append(f"{file}: the module {module} is not in the table of scripts/check_layers.py")
        continue
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if match := re.match(r'#include "bitworth/(\w+)/', line):
            if match[1] not in [module, *MAY_USE[module]]:
                bad.append(f"{file}:{number}: {module} may not use {match[1]}")
        if match := re.match(r"#include <([\w+./]+)>", line):
            for prefix, modules in THIRD_PARTIES.items():
                if match[1].startswith(prefix) and module not in modules:
                    bad.append(f"{file}:{number}: {module} may not use {match[1]}")
print(*bad, sep="\n")
sys.exit(bool(bad))
