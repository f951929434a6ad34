#!/usr/bin/python3
"""Runs `bitworth measure` on the shipped model: whole, killed at random moments, interrupted, and on inputs that it
must refuse. Holds the evidence against docs/schema/evidence.json. No timing decides anything here."""
import copy
import json
import os
import pathlib
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time

import jsonschema

root = pathlib.Path(__file__).resolve().parents[2]
program, model = str(pathlib.Path(sys.argv[1]).resolve()), root / "examples/distill-kq-3.7M.gguf"
validator = jsonschema.Draft202012Validator(json.loads((root / "docs/schema/evidence.json").read_text()))
shared = root.parent / "shared/data/models"
small = {"--schemes": "q8_0,q4_0", "--batches": "1,3", "--depths": "0", "--prompt": "32", "--blocks": "2", "--contexts": "4",
         "--threads": "1", "--cache": "cache", "--evidence": "e.json"}


def command(arguments, source):
    """A small measurement with some flags more or other; a flag without a value is one of the tuple's single words."""
    flags = {**small, **{flag: value for flag, value in arguments if value is not None}}
    switches = [flag for flag, value in arguments if value is None]
    return [program, "measure", str(source), *switches, *(word for pair in flags.items() for word in pair)]


def run(folder, *arguments, source=model, limit=None):
    def limit_files():
        if limit:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return subprocess.run(command(arguments, source), cwd=folder, capture_output=True, text=True,
                          preexec_fn=limit_files, timeout=300, stdin=subprocess.DEVNULL)


def check(condition, what, result=None):
    if not condition:
        sys.exit(f"{what}\n{result.stdout + result.stderr if result else ''}")


def evidence(folder):
    return json.loads((folder / "e.json").read_text(), parse_constant=lambda name: sys.exit(f"{name} in the evidence"))


def timeless(found):
    """The evidence without what depends on how fast the machine was."""
    found = copy.deepcopy(found)
    for key in ("date", "results", "rates", "warnings"):
        found.pop(key)
    for cell in found["cells"]:
        cell.pop("repeats")
    for sample in found["samples"]:
        sample.pop("seconds")
    return found


def cached(folder):
    return sorted(path.name for path in (folder / "cache").iterdir())


def whole_run(folder):
    result = run(folder)
    check(result.returncode == 0, "the run failed", result)
    check("\x1b" not in result.stdout + result.stderr, "escape codes without a terminal", result)
    check("fp16 itself" in result.stdout and "q4_0: saves" in result.stdout, "the report lacks its parts", result)
    check("takes about" in result.stderr, "the run does not say how long it takes", result)
    check(sorted(path.name for path in folder.iterdir()) == ["cache", "e.json"], "something was left", result)
    check(len(cached(folder)) == 2, f"the cache holds {cached(folder)}")
    found = evidence(folder)
    problems = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in validator.iter_errors(found)]
    check(not problems, "\n".join(problems))
    for spoil in (lambda e: e["samples"][0].pop("seconds"), lambda e: e.update(extra=1), lambda e: e["quality"].pop("mode")):
        spoilt = copy.deepcopy(found)
        spoil(spoilt)
        check(not validator.is_valid(spoilt), "the schema accepts evidence that was spoilt")
    check(len(found["samples"]) == 2 * 3 * 3, f"{len(found['samples'])} samples")
    return found


def killed_runs(folder, expected):
    kills = 0
    for longest in (0.5, 1, 2, 3, 4, 5, 6):
        process = subprocess.Popen(command((), model), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(random.uniform(0.02, longest))
            break
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
    result = run(folder)
    check(result.returncode == 0, f"the run failed after {kills} kills", result)
    check(timeless(evidence(folder)) == timeless(expected), f"other evidence after {kills} kills")
    check(sorted(path.name for path in folder.iterdir()) == ["cache", "e.json"], "something was left", result)
    check(len(cached(folder)) == 2, f"the cache holds {cached(folder)}")
    return kills


def interrupted_run(folder):
    process = subprocess.Popen(command([("--blocks", "500")], model), cwd=folder, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, start_new_session=True)
    journal = folder / "e.json.journal"
    while process.poll() is None and not (journal.exists() and "\nblock " in journal.read_text()):
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    check(process.returncode == 130, f"exit {process.returncode} after Ctrl-C: {errors}")
    check("run the same command again" in errors, errors)
    blocks = journal.read_text().count("\nblock ")
    result = run(folder, ("--blocks", str(blocks)))
    check(result.returncode == 0 and "going on with the run" in result.stderr, "the run does not go on", result)


def refusals(folder):
    def refused(words, *arguments, source=model, limit=None, code=1):
        result = run(folder, *arguments, source=source, limit=limit)
        check(result.returncode == code, f"exit {result.returncode} instead of {code} ({words})", result)
        check(words in result.stderr and "\nbitworth: " in "\n" + result.stderr, f"no word of: {words}", result)
        check(not (folder / "e.json").exists(), "evidence of a run that failed", result)
        check(not [name for name in cached(folder) if "partial" in name], "a part of a file was left", result)
        (folder / "e.json.journal").unlink(missing_ok=True)

    (folder / "cache").mkdir()
    refused("no such file", source=folder / "none.gguf")
    cut = folder / "cut.gguf"
    cut.write_bytes(model.read_bytes()[:3_000_000])
    refused("cut.gguf", source=cut)
    cut.write_bytes(b"GGUF")
    refused("cut.gguf", source=cut)
    (folder / "short.txt").write_text("Once upon a time.")
    refused("tokens", ("--text", "short.txt"))
    refused("no such file", ("--text", "none.txt"))
    refused("is the disk full?", limit=1_000_000)
    refused("did you mean", ("--schemes", "q4_k_n"), code=2)
    refused("nothing to compare", ("--schemes", "fp16"))
    result = run(folder, ("--speed-only", None))
    check(result.returncode == 0, "the run failed", result)
    (folder / "e.json").unlink()
    quantized = next(folder / "cache" / name for name in cached(folder) if "q4_0" in name)
    refused("quantized already", source=quantized)
    if (shared / "babyllama_tok105_model5000.gguf").exists():
        refused("no token for some of it", source=shared / "babyllama_tok105_model5000.gguf")


def probed_machine(folder):
    def bitworth(*arguments):
        return subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, timeout=300,
                              env={**os.environ, "XDG_CACHE_HOME": str(folder / "home")})
    estimate = ["estimate", "--model", "llama-3.2-1b", "--device", "host", "--engine", "llama.cpp", "--scheme", "q4_0"]
    result = bitworth(*estimate)
    check(result.returncode == 2 and "bitworth hardware --probe" in result.stderr, "no way to a host is named", result)
    result = bitworth("hardware", "--probe", "--threads", "1", "--evidence", "e.json")
    check(result.returncode == 0 and "reads memory at" in result.stdout, "the probe failed", result)
    found = evidence(folder)
    problems = [e.message for e in validator.iter_errors(found)]
    check(not problems and found["model"] is None and found["rates"], "\n".join(problems))
    case = folder / "own.toml"
    case.write_text((root / "examples/support-chat.toml").read_text().replace('"h100-sxm"', '"host"'))
    result = bitworth("decide", "own.toml", "--draws", "100")
    check(result.returncode == 1 and "is not probed yet" in result.stderr, "a host that nobody probed", result)
    result = bitworth("decide", "own.toml", "--draws", "100", "--evidence", "e.json")
    check(result.returncode == 0 and found["machine"]["cpu"] in result.stdout, "the evidence is not used", result)
    kept = folder / "home/bitworth/host.evidence.json"
    kept.parent.mkdir(parents=True)
    (folder / "e.json").rename(kept)
    for command in estimate, ["decide", "own.toml", "--draws", "100"]:
        result = bitworth(*command)
        check(result.returncode == 0 and found["machine"]["cpu"] in result.stdout, "the host is not used", result)
    check(bitworth("hardware", "host").stdout.count("\nhost ") == 1, "the host is not listed")
    kept.write_text(json.dumps({**found, "machine": {**found["machine"], "cpu": "another"}}))
    check(bitworth(*estimate).returncode == 2, "another machine passes for this one")


random.seed()
with tempfile.TemporaryDirectory() as base:
    folders = iter(pathlib.Path(base) / name for name in "abcde")

    def fresh():
        folder = next(folders)
        folder.mkdir()
        return folder
    expected = whole_run(fresh())
    kills = killed_runs(fresh(), expected)
    interrupted_run(fresh())
    refusals(fresh())
    probed_machine(fresh())
    print(f"whole, killed {kills} times, interrupted, refused, probed: all as promised")
