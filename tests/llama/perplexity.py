#!/usr/bin/env python3
"""Holds `bitworth measure --compat` against llama-perplexity of the same llama.cpp: the base file byte for byte, what it
prints letter for letter. Exits with 77 (skipped) where llama-perplexity is not built."""
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
program, tools = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
model, text = root / "examples/distill-kq-3.7M.gguf", root / "examples/stories.txt"
if not (tools / "llama-perplexity").exists():
    print("llama-perplexity is not built (BITWORTH_ORACLES)")
    sys.exit(77)


def perplexity(folder, *arguments):
    return subprocess.run([tools / "llama-perplexity", "-t", "1", *arguments], cwd=folder, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=True, timeout=300).stdout


# What llama-perplexity prints from its table of chunks on. Its log is written by a thread of its own, and on a busy
# machine the end of it is often lost when the program exits.
def divergence(folder, *arguments):
    for _ in range(30):
        printed = perplexity(folder, *arguments, "--kl-divergence")
        if "Same top p:" in printed:
            return printed[printed.index("chunk  "):].strip()
    sys.exit(f"llama-perplexity did not print its statistics:\n{printed}")


checked = 0
with tempfile.TemporaryDirectory() as base:
    folder = pathlib.Path(base)
    for context, contexts in (64, 20), (256, 10):
        chunks = ["--chunks", str(contexts)]
        ours = subprocess.run([program, "measure", model, "--quality-only", "--compat", "--base-file", "ours.kld", "--text", text,
                               "--schemes", "q4_0,q2_k", "--context", str(context), "--contexts", str(contexts), "--threads", "1",
                               "--cache", "cache", "--evidence", "e.json"], cwd=folder, capture_output=True, text=True, timeout=300)
        if ours.returncode != 0:
            sys.exit(ours.stderr)
        perplexity(folder, "-m", model, "-f", text, "-c", str(context), *chunks, "--kl-divergence-base", "theirs.kld")
        if (folder / "ours.kld").read_bytes() != (folder / "theirs.kld").read_bytes():
            sys.exit(f"the base files differ with contexts of {context}")
        printed = re.split(r"\n(\w+) as llama-perplexity --kl-divergence prints it:\n",
                           ours.stdout[:ours.stdout.index("\nEvidence with")])
        for scheme, mine in zip(printed[1::2], printed[2::2], strict=True):
            quantized = next((folder / "cache").glob(f"*{scheme}.gguf"))
            theirs = divergence(folder, "-m", quantized, "-f", text, "-c", str(context), "--kl-divergence-base", "theirs.kld")
            if mine.strip() != theirs:
                sys.exit(f"{scheme} with contexts of {context}:\n{mine}\n--- llama-perplexity:\n{theirs}")
            checked += 1
        (folder / "ours.kld").unlink()
if checked != 4:
    sys.exit(f"{checked} outputs were compared, not 4")
print(f"{checked} outputs and 2 base files are the same")
