"""Writes the weight files of WeightsFileTest: python weights_fixtures.py FOLDER

Needs torch and safetensors. Every tensor is number(i) for its i-th number in row-major order; these
are exact in float16 and bfloat16.
"""

import collections
import os
import sys

import torch
from safetensors.torch import save_file

FOLDER = sys.argv[1]


def numbers(*shape, dtype=torch.float32):
    count = torch.Size(shape).numel()
    return torch.tensor([(i * 37 % 101 - 50) / 8 for i in range(count)], dtype=dtype).reshape(shape)


def save(name, what, **options):
    torch.save(what, os.path.join(FOLDER, name), **options)


def published(width, layers, feed_forward, embedding_rows, head_rows):
    """Names and layout of the published checkpoints."""
    weights = collections.OrderedDict()
    weights["transformer.wte.weight"] = numbers(embedding_rows, width)
    for n in range(layers):
        block = f"transformer.h.{n}."
        weights[block + "norm_1.weight"] = numbers(width)
        weights[block + "attn.attn.weight"] = numbers(3 * width, width)
        weights[block + "attn.proj.weight"] = numbers(width, width)
        weights[block + "norm_2.weight"] = numbers(width)
        weights[block + "mlp.swiglu.w1.weight"] = numbers(feed_forward, width)
        weights[block + "mlp.swiglu.w2.weight"] = numbers(feed_forward, width)
        weights[block + "mlp.swiglu.w3.weight"] = numbers(width, feed_forward)
    weights["transformer.ln_f.weight"] = numbers(width)
    weights["lm_head.weight"] = numbers(head_rows, width)
    return weights


class Hostile:
    def __reduce__(self):
        return os.system, ("touch hostile-was-here",)


linear = torch.nn.Linear(3, 2)
with torch.no_grad():
    linear.weight.copy_(numbers(2, 3))
    linear.bias.copy_(numbers(2))

table = numbers(4, 6)
shared = numbers(5)
save("published.pth", {"model": published(4, 2, 6, 17, 16), "iter_num": 3, "config": {"lr": 2e-4}})
save("module-state.pth", linear.state_dict())
save(
    "kinds.pth",
    {
        "half": numbers(3, 4, dtype=torch.float16),
        "bfloat": numbers(3, 4, dtype=torch.bfloat16),
        "single": numbers(3, 4),
        "odd-halves": torch.tensor(
            [0.0, -0.0, 6e-8, -6.1e-5, 65504, float("inf"), float("-inf"), 1 / 3],
            dtype=torch.float16,
        ),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 3),
    },
)
save(
    "views.pth",
    {
        "transposed": table.t(),
        "slice": table[1:3, 2:5],
        "column": table[:, 3],
        "one": shared,
        "same": shared,
    },
)
save("refused-call.pth", {"model": {"w": Hostile()}})
save("refused-module.pth", linear)
save("integers.pth", {"w": torch.arange(3)})
save("refused-parameter.pth", {"w": linear.weight})
save("refused-old.pth", linear.state_dict(), _use_new_zipfile_serialization=False)
save("refused-no-tensors.pth", {"steps": 3})
save_file(
    {
        "half": numbers(3, 4, dtype=torch.float16),
        "bfloat": numbers(3, 4, dtype=torch.bfloat16),
        "single": numbers(3, 4),
    },
    os.path.join(FOLDER, "kinds.safetensors"),
    metadata={"format": "pt"},
)
