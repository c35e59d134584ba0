#!/usr/bin/env python3
"""Runs an engine that `primeline export-engine` wrote with this machine's PyTorch, on any device.

    gpu_check.py compare engine.pt                 losses of the example's steps against the CPU's, fp32
    gpu_check.py measure engine.pt --batch 8       tokens/s, model-FLOPs utilisation and memory, bf16

Needs PyTorch alone. Exit code 1 when a loss differs by more than --tolerance.
"""

import argparse
import ast
import json
import sys
import time
import zipfile

import torch

FP32, BF16 = 6, 15  # libtorch's numbers of types, as the engine's settings name them


DTYPES = {"<f4": torch.float32, "<f8": torch.float64, "<i8": torch.int64}


def read_npy(content):
    """NumPy's format 1.0: ten bytes, a header that is a Python literal, raw values."""
    end = 10 + int.from_bytes(content[8:10], "little")
    header = ast.literal_eval(content[10:end].decode("ascii"))
    return torch.frombuffer(bytearray(content[end:]), dtype=DTYPES[header["descr"]]).view(header["shape"])


class Example:
    """What lies beside the module: extra/example.json and extra/*.npy."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as archive:
            files = {name.split("/extra/", 1)[1]: archive.read(name) for name in archive.namelist() if "/extra/" in name}
        self.facts = json.loads(files["example.json"])
        self.arrays = {
            name[: -len(".npy")]: read_npy(content)
            for name, content in files.items()
            if name.endswith(".npy")
        }

    def weights(self, device):
        named = sorted(name for name in self.arrays if name.startswith("p/"))
        if named:
            return [self.arrays[name].to(device) for name in named]
        torch.manual_seed(1)
        return [
            torch.randn(p["shape"], device=device) * 0.02 if len(p["shape"]) == 2 else torch.ones(p["shape"], device=device)
            for p in self.facts["parameters"]
        ]


class Training:
    """The engine's state on a device."""

    def __init__(self, module, example, device):
        self.module = module
        self.p = example.weights(device)
        self.m = [torch.zeros_like(x) for x in self.p]
        self.v = [torch.zeros_like(x) for x in self.p]
        self.t = [torch.zeros((), device=device) for _ in self.p]
        self.image = example.arrays["image"].to(device)

    def step(self, codes, masks, weights, settings):
        return self.module.step(self.p, self.m, self.v, self.t, self.image, codes, masks, weights, settings)


def compare(arguments, module, example):
    losses = example.facts["losses"]
    if not losses:
        sys.exit(f"{arguments.engine}: no example steps, expected a file written with --example-steps 1 or more")
    training = Training(module, example, arguments.device)
    arrays = example.arrays
    print(f"{'step':>4}  {'CPU':>10}  {arguments.device:>10}  {'difference':>10}")
    worst = 0.0
    for i, expected in enumerate(losses):
        found = training.step(
            arrays["codes"][i].to(arguments.device),
            arrays["masks"][i].to(arguments.device),
            arrays["weights"][i].to(arguments.device),
            arrays["settings"],
        )[0].item()
        worst = max(worst, abs(found - expected) / abs(expected))
        print(f"{i + 1:4}  {expected:10.6f}  {found:10.6f}  {found - expected:10.1e}")
    verdict = "agree" if worst <= arguments.tolerance else "DIFFER"
    print(f"{verdict}: largest relative difference {worst:.1e}, tolerance {arguments.tolerance:.0e}")
    return {"losses": len(losses), "largestRelativeDifference": worst, "agree": worst <= arguments.tolerance}


def synchronize(device):
    if device.startswith("cuda"):
        torch.cuda.synchronize()


def peak_flops(device, dtype):
    """The best of some large matrix products."""
    side = 8192 if device.startswith("cuda") else 1024
    a = torch.randn(side, side, device=device, dtype=dtype)
    best = float("inf")
    for _ in range(20):
        synchronize(device)
        begun = time.perf_counter()
        torch.mm(a, a)
        synchronize(device)
        best = min(best, time.perf_counter() - begun)
    return 2 * side**3 / best


def random_batch(example, sequences, device):
    """Uniform tokens; masked digits by the law of training: uniform count m in 1..L*ell, then uniform places."""
    family, length = example.facts["family"], example.facts["model"]["length"]
    ell, image = family["ell"], example.arrays["image"]
    codes = image[torch.randint(len(image), (sequences, length + 1))]
    if family["attention"] == "causal":
        masks = torch.ones(sequences, length, dtype=torch.int64)
        return codes.to(device), masks.to(device), torch.ones(sequences, device=device)
    places = length * ell
    counts = torch.randint(1, places + 1, (sequences,))
    chosen = torch.rand(sequences, places).argsort(1).argsort(1) < counts[:, None]
    masks = (chosen.view(sequences, length, ell) * (1 << torch.arange(ell))).sum(2)
    return codes.to(device), masks.to(device), (places / counts).float().to(device)


def measure(arguments, module, example):
    device = arguments.device
    dtype = torch.bfloat16 if arguments.dtype == "bf16" else torch.float32
    training = Training(module, example, device)
    micro = arguments.micro_batch or arguments.batch
    settings = torch.tensor([micro, BF16 if arguments.dtype == "bf16" else FP32, 1e-4, 0.1, 0.9, 0.95, 1e-8, 1.0], dtype=torch.float64)
    batches = [random_batch(example, arguments.batch, device) for _ in range(4)]
    for i in range(3):
        training.step(*batches[i], settings)
    if device.startswith("cuda"):
        torch.cuda.reset_peak_memory_stats()
    seconds = []
    for i in range(arguments.steps):
        synchronize(device)
        begun = time.perf_counter()
        loss = training.step(*batches[i % len(batches)], settings)[0].item()
        synchronize(device)
        seconds.append(time.perf_counter() - begun)
    tokens = arguments.batch * example.facts["model"]["length"] / sorted(seconds)[len(seconds) // 2]
    flops = sum(example.facts["flopsPerToken"][part] for part in ("body", "attention", "head"))
    peak = peak_flops(device, dtype)
    result = {
        "parameters": sum(x.numel() for x in training.p),
        "tokensPerSecond": tokens,
        "modelFlopsUtilisation": flops * tokens / peak,
        "measuredPeakFlops": peak,
        "peakMemoryBytes": torch.cuda.max_memory_allocated() if device.startswith("cuda") else None,
        "lastLoss": loss,
    }
    print(f"{result['parameters']:,} parameters, {tokens:,.0f} tokens/s, MFU {100 * result['modelFlopsUtilisation']:.1f} % of {peak / 1e12:.0f} TFLOP/s measured in {arguments.dtype}")
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["compare", "measure"])
    parser.add_argument("engine", help="file written by primeline export-engine")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--tolerance", type=float, default=1e-4)
    parser.add_argument("--dtype", choices=["fp32", "bf16"], default="bf16")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--micro-batch", type=int)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--json", help="also write what was found to this file")
    arguments = parser.parse_args()
    # The comparison is about the engine, not about TensorFloat-32.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.jit.set_fusion_strategy([])
    module = torch.jit.load(arguments.engine, map_location=arguments.device)
    example = Example(arguments.engine)
    print(f"PyTorch {torch.__version__} on {torch.cuda.get_device_name() if arguments.device.startswith('cuda') else 'CPU'}; engine {example.facts['family']['name']}, {example.facts['model']}")
    with torch.no_grad():
        result = (compare if arguments.what == "compare" else measure)(arguments, module, example)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(result, file, indent=2)
    return 0 if result.get("agree", True) else 1


if __name__ == "__main__":
    sys.exit(main())
