"""Corpus preparation beside the Python that it replaces: infra/benchmarks/run corpus --help

Texts are paragraphs of three small public texts, multiplied: every copy has them in an order of its own, and one word in
thirty is respelt at random, so that words that were never met keep coming, as in natural text. Whoever names --texts has
paragraphs of other files instead.
"""

import argparse
import datetime
import json
import os
import pathlib
import random
import re
import shlex
import shutil
import statistics
import subprocess
import sys

import orjson
import zstandard

import machine

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
TEXTS = ["tinyshakespeare.txt", "wikitext2-valid.txt", "wikitext2-test.txt"]
BEGIN, END = "<!-- speed: written by infra/benchmarks/run corpus -->", "<!-- end of speed -->"


# Text of a pass. Every pass has threads of its own, which remember no piece at first: that must not decide.
TOKENIZED_BYTES = 10_000_000
PASSES = 8


def paragraphs(files):
    """Pieces of 500 to some thousand characters, at line ends."""
    for file in files:
        piece = []
        for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
            piece.append(line)
            if sum(map(len, piece)) >= 500:
                yield "".join(piece)
                piece = []


def respelt(text, draw):
    def change(word):
        letters = list(word.group())
        if draw.random() < 1 / 30:
            letters[draw.randrange(len(letters))] = draw.choice("abcdefghijklmnopqrstuvwxyz")
            draw.shuffle(letters)
        return "".join(letters)
    return re.sub(r"[A-Za-z]{4,}", change, text)


def lines(texts, size, seed):
    draw, written = random.Random(seed), 0
    while written < size:
        for text in draw.sample(texts, len(texts)):
            line = orjson.dumps({"text": respelt(text, draw)}) + b"\n"
            yield line
            written += len(line)
            if written >= size:
                return


def make_data(folder, texts, megabytes):
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "packed").mkdir(parents=True)
    (folder / "tokenize.jsonl").write_bytes(b"".join(lines(texts, TOKENIZED_BYTES, 0)))
    (folder / "heldout.jsonl").write_bytes(b"".join(lines(texts, 200_000, 1)))
    for i in range(4):
        with open(folder / f"packed/part-{i}.jsonl.zst", "wb") as out, zstandard.ZstdCompressor().stream_writer(out) as packed:
            for line in lines(texts, megabytes * 250_000, 2 + i):
                packed.write(line)


def answer(command):
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=HERE)
    if ran.returncode != 0 or not ran.stdout.strip():
        sys.exit(f"corpus: failed with {ran.returncode}: {shlex.join(map(str, command))}")
    return json.loads(ran.stdout.splitlines()[-1])


def java(*arguments, options=(), main="dev.primeline.benchmarks.CorpusWorker"):
    command = shlex.split(os.environ["PRIMELINE_BENCHMARK_JAVA"])
    return answer([command[0], *command[1:-2], *options, *command[-2:], main, *map(str, arguments)])


def peer(*arguments):
    return answer([sys.executable, HERE / "peer/corpus_peer.py", *map(str, arguments)])


def tokenizing(data, ranks, pairs):
    rounds = []
    for _ in range(pairs):
        sides = {"peer": peer("tokenize", data / "tokenize.jsonl", ranks, 3),
                 "one": java("tokenize", data / "tokenize.jsonl", 1, PASSES),
                 "two": java("tokenize", data / "tokenize.jsonl", 2, PASSES)}
        if len({side["sha256"] for side in sides.values()}) != 1:
            sys.exit("corpus: the ids differ")
        rounds.append({name: side["bytes"] / statistics.median(side["seconds"]) / 1e6 for name, side in sides.items()} | {
            name + "Cpu": side["bytes"] / statistics.median(side["cpuSeconds"]) / 1e6 for name, side in sides.items()})
    return rounds


def end_to_end(data, ranks, pairs):
    rounds = []
    for i in range(pairs):
        store, shards = data / "store", data / "shards"
        shutil.rmtree(store, ignore_errors=True)
        shutil.rmtree(shards, ignore_errors=True)
        shards.mkdir()
        theirs = peer("prepare", data / "packed", shards, ranks, len(os.sched_getaffinity(0)))
        ours = java("prepare", data / "packed/*.zst", data / "heldout.jsonl", store)
        if ours["sha256"] != theirs["sha256"] or ours["tokens"] != theirs["tokens"] or ours["reused"]:
            sys.exit("corpus: the shards differ")
        rounds.append({"peer": theirs["seconds"], "ours": ours["seconds"], "tokens": ours["tokens"],
                       "peakBytes": ours["peakBytes"]})
    return rounds


def memory(data, gigabytes):
    """Peaks of preparing one long file, of lines and as one line: the text of end to end over and over."""
    found = {}
    parts = sorted((data / "packed").glob("*.zst"))
    plain = [zstandard.ZstdDecompressor().stream_reader(part.read_bytes()).read() for part in parts]
    size = sum(map(len, plain))
    copies = max(1, round(gigabytes * 1e9 / size))
    frames = {"lines": [part.read_bytes() for part in parts],
              "one line": [zstandard.ZstdCompressor().compress(text.replace(b"\n", b" ")) for text in plain]}
    del plain
    for name, options in (("lines", ()), ("one line", ()), ("one line", ("-Xmx512m",))):
        folder = data / "memory"
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "texts").mkdir(parents=True)
        shutil.copy(data / "heldout.jsonl", folder / "texts/a.jsonl")
        with open(folder / f"texts/b.{'jsonl' if name == 'lines' else 'txt'}.zst", "wb") as out:
            for _ in range(copies):
                out.writelines(frames[name])
        ours = java("memory", folder / "texts", data / "heldout.jsonl", folder / "store", options=options)
        found[" ".join((name, *options))] = ours | {"bytes": copies * size}
    shutil.rmtree(folder)
    return found


def spread(values):
    values = sorted(values)
    return f"{statistics.median(values):.2f} ({values[0]:.2f} - {values[-1]:.2f})"


def page(found):
    yield f"{found['date']}, commit {found['commit']}: `{found['command']}`"
    earlier = [f"{part} on {run['date']} at {run['commit']}" for part, run in found.get("measured", {}).items() if run["commit"] != found["commit"]]
    if earlier:
        yield "Not measured again: " + ", ".join(earlier) + "."
    about = found["machine"]
    yield (f"{about['cpu']}, {about['cpus']} CPUs, {about['memory']}, {about['system']}, Python {about['python']}. "
           + ("The machine was quiet" if found["shareOfOthers"] < 0.1 else "THE MACHINE WAS NOT QUIET, so times are no verdict")
           + f": others took {found['shareOfOthers']:.0%} of one CPU.")
    yield ("Texts: paragraphs of tinyshakespeare and WikiText-2, multiplied; every copy has them in an order of its own, and one word in thirty is respelt at "
           "random, so that new words keep coming. Sides take turns; a figure is the median of the rounds (least - most).")
    rows = ["| what | Python | Primeline | ratio | bar |", "|---|---|---|---|---|"]
    if found.get("tokenizing"):
        rounds = found["tokenizing"]
        rows.append(f"| GPT-2 tokenizing, one thread, MB/s (ids equal) | {spread([r['peer'] for r in rounds])} | {spread([r['one'] for r in rounds])} "
                    f"| {spread([r['one'] / r['peer'] for r in rounds])} | 1.0 |")
        rows.append(f"| the same, MB a CPU second, which others do not disturb | {spread([r['peerCpu'] for r in rounds])} | {spread([r['oneCpu'] for r in rounds])} "
                    f"| {spread([r['oneCpu'] / r['peerCpu'] for r in rounds])} | |")
        rows.append(f"| the same, two threads | - | {spread([r['two'] for r in rounds])} | {spread([r['two'] / r['one'] for r in rounds])} x one thread | 1.8 |")
    if found.get("endToEnd"):
        rounds = found["endToEnd"]
        rows.append(f"| .jsonl.zst to token shards, seconds ({rounds[0]['tokens']:,} tokens, equal; peak {max(r['peakBytes'] for r in rounds) / 1e6:.0f} MB) "
                    f"| {spread([r['peer'] for r in rounds])} | {spread([r['ours'] for r in rounds])} | {spread([r['peer'] / r['ours'] for r in rounds])} | 2.0 |")
    for name, speed in found.get("batches", {}).items():
        rows.append(f"| tokens/s: batches from shards, beside what the CPU engine trains on at preset smoke, {name} | - "
                    f"| {speed['supplied']:,.0f} beside {speed['trained']:,.0f} | {speed['supplied'] / speed['trained']:.0f} | 50 |")
    for name, peak in found.get("memory", {}).items():
        rows.append(f"| peak memory, one .zst file of {peak['bytes'] / 1e9:.1f} GB of text, {name} ({peak['tokens']:,} tokens in {peak['seconds']:.0f} s) | - "
                    f"| {peak['peakBytes'] / 1e6:.0f} MB | - | 1000 MB |")
    if found.get("codes"):
        codes = found["codes"]
        rows.append(f"| distributional codes, V = 50257, {codes['tokens']:,} drawn tokens | - | {codes['seconds']:.0f} s, peak {codes['peakBytes'] / 1e9:.2f} GB | - | 600 s, 2 GB |")
    yield "\n".join(rows)
    yield ("The Python side is `peer/corpus_peer.py`: tiktoken with the ranks that jtokkit packages, whose SHA-256 tiktoken checks; end to end one process a core with "
           "zstandard, orjson and numpy. Primeline's end to end is `CorpusPreparation`: it also hashes every input file, counts tokens and checks what it writes.")


def write(found, target):
    (target / "corpus.json").write_text(json.dumps(found, indent=1) + "\n")
    pages = target / "CORPUS.md"
    text = pages.read_text() if pages.exists() else "# Corpus preparation, measured\n"
    section = "\n\n".join([BEGIN, "## Speed", *page(found), END])
    if BEGIN in text:
        text = text[:text.index(BEGIN)] + section + text[text.index(END) + len(END):]
    else:
        text = text.rstrip("\n") + "\n\n" + section + "\n"
    pages.write_text(text)
    print(section)


def main():
    parser = argparse.ArgumentParser(prog="infra/benchmarks/run corpus", description=__doc__)
    parser.add_argument("--texts", nargs="+", type=pathlib.Path, help="files of text to multiply; default: ../shared/data's")
    parser.add_argument("--parts", default="tokenizing,endToEnd,batches,codes", help="what to measure, by commas; memory only when it is named")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--megabytes", type=int, default=200, help="of text, end to end")
    parser.add_argument("--gigabytes", type=float, default=5, help="of text in one file, for the memory")
    parser.add_argument("--tokens", type=int, default=100_000_000, help="for the codes")
    parser.add_argument("--keep-data", action="store_true", help="take the data that is there")
    parser.add_argument("--target", type=pathlib.Path, default=HERE / "target/results", help="for CORPUS.md and corpus.json")
    asked = parser.parse_args()
    parts = asked.parts.split(",")
    files = asked.texts or [ROOT.parent / "shared/data" / name for name in TEXTS]
    data, target = HERE / "target/corpus-data", asked.target
    if not all(file.is_file() for file in files):
        sys.exit(f"corpus: no text to multiply: {files}; name some with --texts")
    if not (asked.keep_data and data.exists()):
        make_data(data, list(paragraphs(files)), asked.megabytes)
    target.mkdir(parents=True, exist_ok=True)
    ranks = data / "r50k_base.tiktoken"
    java("ranks", ranks)
    known = target / "corpus.json"
    found = json.loads(known.read_text()) if known.exists() else {}
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    found |= {"date": datetime.date.today().isoformat(), "commit": commit, "machine": machine.about(),
              "command": "infra/benchmarks/run corpus " + " ".join(sys.argv[1:])}
    known_parts = found.setdefault("measured", {})
    known_parts |= {part: {"date": found["date"], "commit": commit} for part in parts}
    began, own, time = machine.busy_seconds(), sum(os.times()[:4]), datetime.datetime.now()
    if "tokenizing" in parts:
        found["tokenizing"] = tokenizing(data, ranks, asked.pairs)
    if "endToEnd" in parts:
        found["endToEnd"] = end_to_end(data, ranks, asked.pairs)
    if "batches" in parts:
        found["batches"] = java("batches", data / "packed/*.zst", data / "heldout.jsonl", data / "store")
        found["batches"].pop("peakBytes")
    if "memory" in parts:
        found["memory"] = memory(data, asked.gigabytes)
    if "codes" in parts:
        found["codes"] = java(asked.tokens, main="dev.primeline.activities.subtokens.CodesWorker", options=["-Xmx1500m"])
    others = machine.busy_seconds() - began - (sum(os.times()[:4]) - own)
    found["shareOfOthers"] = max(0, others / (datetime.datetime.now() - time).total_seconds())
    write(found, target)


if __name__ == "__main__":
    main()
