"""The Python that corpus preparation replaces: one process per core, zstandard + orjson + tiktoken + numpy.

Writes one shard per input file in Primeline's layout, but for the checksum, which numpy users do not write.
"""

import functools
import hashlib
import io
import json
import multiprocessing
import pathlib
import resource
import struct
import sys
import time

import numpy
import orjson
import tiktoken
import zstandard
from tiktoken.load import load_tiktoken_bpe
from tiktoken_ext import openai_public

SEPARATOR = 50256
RANKS_SHA256 = "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930"


@functools.cache
def gpt2(ranks):
    """tiktoken's GPT-2 with ranks from a file instead of a download; tiktoken itself checks their hash."""
    return tiktoken.Encoding(
        name="r50k_base", explicit_n_vocab=50257, pat_str=openai_public.r50k_pat_str,
        mergeable_ranks=load_tiktoken_bpe(str(ranks), expected_hash=RANKS_SHA256),
        special_tokens={"<|endoftext|>": SEPARATOR})


def shard(job):
    """Reads a .jsonl.zst and writes its shard; gives the number of tokens."""
    source, target, ranks = job
    encode = gpt2(ranks).encode_ordinary
    ids, starts, tokens = [], [], 0
    with open(source, "rb") as packed, zstandard.ZstdDecompressor().stream_reader(packed) as plain:
        for line in io.BufferedReader(plain, 1 << 20):
            document = encode(orjson.loads(line)["text"])
            document.append(SEPARATOR)
            starts.append(tokens)
            ids.append(numpy.array(document, numpy.uint16))
            tokens += len(document)
    with open(target, "wb") as out:
        out.write(b"PRIMETOK" + struct.pack("<ii", 1, 2))
        numpy.concatenate(ids).tofile(out)
        numpy.array(starts, numpy.int32).tofile(out)
        out.write(struct.pack("<qqq", tokens, len(starts), 0))
    return tokens


def tokenize(source, ranks, passes):
    """Seconds of each pass over the texts of a .jsonl file, after one to warm up; and a hash of the ids."""
    texts = [orjson.loads(line)["text"] for line in pathlib.Path(source).read_bytes().splitlines()]
    encode = gpt2(ranks).encode_ordinary
    digest = hashlib.sha256()
    for text in texts:
        digest.update(numpy.array(encode(text), numpy.int32).tobytes())
    seconds, cpu = [], []
    for _ in range(passes):
        began, used = time.perf_counter(), time.process_time()
        for text in texts:
            encode(text)
        seconds.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
    return {"seconds": seconds, "cpuSeconds": cpu, "sha256": digest.hexdigest(), "bytes": sum(len(t.encode()) for t in texts)}


def main(command, *arguments):
    if command == "tokenize":
        source, ranks, passes = arguments
        print(json.dumps(tokenize(source, pathlib.Path(ranks), int(passes))))
    else:
        sources, folder, ranks, processes = sorted(pathlib.Path(arguments[0]).glob("*.jsonl.zst")), *arguments[1:]
        began = time.perf_counter()
        jobs = [(source, pathlib.Path(folder) / f"{source.name}.tokens", ranks) for source in sources]
        with multiprocessing.Pool(int(processes)) as pool:
            tokens = pool.map(shard, jobs, chunksize=1)
        seconds = time.perf_counter() - began
        digest = hashlib.sha256()
        for (_, target, _), count in zip(jobs, tokens):
            digest.update(numpy.memmap(target, numpy.uint16, offset=16, mode="r", shape=count).tobytes())
        peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        print(json.dumps({"seconds": seconds, "tokens": sum(tokens), "sha256": digest.hexdigest(),
                          "peakBytesOfAProcess": 1024 * peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
