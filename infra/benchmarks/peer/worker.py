"""A PyTorch trainer as a worker process: the counterpart of the Java class EngineWorker.

Arguments: the variant (eager, compile or tuned), a row of rows.json, a file of initial weights and
batches. Standard input takes "steps K" and "score K"; standard output answers each line with a line of JSON.
"""

import json
import os
import re
import sys
import time

import torch

from peer.published import PublishedModel
from peer.tuned import TunedModel

DTYPES = {"F32": torch.float32, "I32": torch.int32}


def read_safetensors(path):
    """Eight bytes of header length, a JSON header, raw little-endian values."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        values = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(values, dtype=DTYPES[entry["dtype"]], offset=begin, count=(end - begin) // 4)
        tensors[name] = flat.view(entry["shape"])
    return tensors


def peak_memory_bytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def cuda_library_bytes():
    """What a build for CPUs would not hold: resident pages of CUDA libraries, which nothing uses."""
    total, counted, end = 0, False, None
    with open("/proc/self/smaps") as mappings:
        for line in mappings:
            words = line.split(maxsplit=5)
            if words[0] == "Rss:" and counted:
                total += int(words[1]) * 1024
            elif not words[0].endswith(":"):
                begin, this_end = words[0].split("-")
                if len(words) == 6:
                    counted = re.search("/nvidia/|cuda", words[5]) is not None
                else:
                    # A library's zeroed variables are the nameless mapping right behind it.
                    counted = counted and begin == end
                end = this_end
    return total


class Trainer:
    """AdamW on batches that come again and again; weight decay on matrices only."""

    def __init__(self, variant, row, tensors):
        batches = [tensors.pop(name) for name in ("batch.tokens", "batch.masks", "batch.weights")]
        self.batches = list(zip(batches[0].long(), batches[1].long(), batches[2].clone()))
        model = (TunedModel if variant == "tuned" else PublishedModel)(row, tensors.pop("codes").long())
        model.load(tensors)
        self.loss = torch.compile(model) if variant == "compile" else model
        self.parameters, self.done = list(model.parameters()), 0
        settings = row["optimizer"]
        self.clip, self.mixed = settings["clip"], row["precision"] == "bf16"
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [p for p in self.parameters if p.dim() == 2]},
                {"params": [p for p in self.parameters if p.dim() == 1], "weight_decay": 0.0},
            ],
            lr=settings["learningRate"],
            betas=(settings["beta1"], settings["beta2"]),
            eps=settings["epsilon"],
            weight_decay=settings["weightDecay"],
            fused=True,
        )

    def step(self):
        with torch.autocast("cpu", torch.bfloat16, enabled=self.mixed):
            loss = self.loss(*self.batches[self.done % len(self.batches)])
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, self.clip)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.done += 1
        return loss.item(), norm.item()

    def steps(self, count):
        seconds, cpu_seconds = time.perf_counter(), time.process_time()
        found = [self.step() for _ in range(count)]
        return {
            "seconds": time.perf_counter() - seconds,
            "cpuSeconds": time.process_time() - cpu_seconds,
            "peakMemoryBytes": peak_memory_bytes(),
            "losses": [loss for loss, _ in found],
            "gradientNorms": [norm for _, norm in found],
        }


    @torch.inference_mode()
    def score(self, count):
        """The loss without its gradient, batch by batch from the first."""
        seconds, cpu_seconds = time.perf_counter(), time.process_time()
        losses = [self.loss(*self.batches[i % len(self.batches)]).item() for i in range(count)]
        return {
            "seconds": time.perf_counter() - seconds,
            "cpuSeconds": time.process_time() - cpu_seconds,
            "peakMemoryBytes": peak_memory_bytes(),
            "losses": losses,
        }


def main(variant, row, file):
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints belongs to the log

    def answer(value):
        print(json.dumps(value), file=answers, flush=True)

    threads = int(os.environ["OMP_NUM_THREADS"])
    torch.set_num_threads(threads)
    trainer = Trainer(variant, json.loads(row), read_safetensors(file))
    answer({
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "parameters": sum(p.numel() for p in trainer.parameters),
        "cudaLibraryBytes": cuda_library_bytes(),
    })
    for line in sys.stdin:
        work, count = line.split()
        answer((trainer.score if work == "score" else trainer.steps)(int(count)))


if __name__ == "__main__":
    main(*sys.argv[1:])
