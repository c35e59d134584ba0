"""Writes a tiny model of the published layout and what PyTorch makes of it: python published_model.py FOLDER

Needs torch alone. The structure is that of the published 1.1B checkpoint (its 32000 tokens of 15 digits are 700 of 10
here, those of tokens/llama-tokenizer.json), written down once more from its description, and shares nothing with the engine's text:

  model.pth        state dict under "model": fused qkv rows per head, w1/w2/w3, padded lm_head
  permutation.pt   1024 entries, of which only [0, 700) are permuted
  expected.json    two partly masked sequences; the head's logits of all positions, and for every masked digit
                   -log p of the true value by enumeration over all tokens in float64
"""

import json
import math
import os
import sys

import torch
import torch.nn.functional as F

FOLDER = sys.argv[1]
V, PADDED, ELL, BASE, SEPARATOR = 700, 704, 10, 2, 1
LAYERS, WIDTH, HEADS, FEED_FORWARD, LENGTH = 2, 16, 2, 32, 24
MASK = BASE

torch.manual_seed(20260316)


def matrix(rows, columns, scale):
    return torch.randn(rows, columns) * scale


weights = {"transformer.wte.weight": matrix(ELL * (BASE + 1), WIDTH, 1 / math.sqrt(ELL))}
for n in range(LAYERS):
    block = f"transformer.h.{n}."
    weights[block + "norm_1.weight"] = 1 + 0.2 * torch.randn(WIDTH)
    weights[block + "attn.attn.weight"] = matrix(3 * WIDTH, WIDTH, 0.5)
    weights[block + "attn.proj.weight"] = matrix(WIDTH, WIDTH, 0.3)
    weights[block + "norm_2.weight"] = 1 + 0.2 * torch.randn(WIDTH)
    weights[block + "mlp.swiglu.w1.weight"] = matrix(FEED_FORWARD, WIDTH, 0.4)
    weights[block + "mlp.swiglu.w2.weight"] = matrix(FEED_FORWARD, WIDTH, 0.4)
    weights[block + "mlp.swiglu.w3.weight"] = matrix(WIDTH, FEED_FORWARD, 0.3)
weights["transformer.ln_f.weight"] = 1 + 0.2 * torch.randn(WIDTH)
weights["lm_head.weight"] = matrix(PADDED, WIDTH, 0.7)

permutation = torch.arange(BASE**ELL)
permutation[:V] = torch.randperm(V)


def rms_norm(x, gain):
    return x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * gain


def rotate(x):
    """x: [heads, T, h]; the halves of a head turn against each other."""
    half = x.shape[-1] // 2
    angles = torch.outer(torch.arange(x.shape[1]).float(), 10000.0 ** (-torch.arange(half).float() / half))
    cos, sin = angles.cos(), angles.sin()
    a, b = x[..., :half], x[..., half:]
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


def network(digits):
    """Logits [T, PADDED] of digits [T, ELL], some of them MASK."""
    slots = digits + torch.arange(ELL) * (BASE + 1)
    x = weights["transformer.wte.weight"][slots].sum(1)
    for n in range(LAYERS):
        w = {name.split(f"h.{n}.")[1]: t for name, t in weights.items() if f".h.{n}." in name}
        qkv = rms_norm(x, w["norm_1.weight"]) @ w["attn.attn.weight"].T
        q, k, v = qkv.view(len(x), HEADS, 3, WIDTH // HEADS).permute(2, 1, 0, 3)
        scores = rotate(q) @ rotate(k).transpose(1, 2) / math.sqrt(WIDTH // HEADS)
        y = (scores.softmax(-1) @ v).transpose(0, 1).reshape(len(x), WIDTH)
        x = x + y @ w["attn.proj.weight"].T
        z = rms_norm(x, w["norm_2.weight"])
        z = F.silu(z @ w["mlp.swiglu.w1.weight"].T) * (z @ w["mlp.swiglu.w2.weight"].T)
        x = x + z @ w["mlp.swiglu.w3.weight"].T
    return rms_norm(x, weights["transformer.ln_f.weight"]) @ weights["lm_head.weight"].T


def digits_of(tokens):
    return permutation[tokens].unsqueeze(-1) // BASE ** torch.arange(ELL - 1, -1, -1) % BASE


def nats(logits, true, masked):
    """Sum over the masked digits of one position of -log p(digit | what is revealed)."""
    codes = digits_of(torch.arange(V))
    consistent = ((codes == true) | masked).all(-1)
    p = (logits[:V].double() - logits[:V].double().max()).exp() * consistent
    return sum(-math.log(p[codes[:, j] == true[j]].sum() / p.sum()) for j in range(ELL) if masked[j])


cases = []
for count, share in ((12, 0.3), (5, 0.7)):
    tokens = torch.cat([torch.tensor([SEPARATOR]), torch.randint(V, (count,))])
    true = digits_of(tokens)
    masked = torch.rand(true.shape) < share
    masked[0] = False
    logits = network(torch.where(masked, MASK, true))
    cases.append(
        {
            "tokens": tokens.tolist(),
            "masks": [sum(int(bit) << j for j, bit in enumerate(row)) for row in masked[1:].tolist()],
            "logits": [[round(z, 5) for z in row] for row in logits[1:, :V].tolist()],
            "nats": sum(nats(logits[i], true[i], masked[i]) for i in range(len(tokens))),
        }
    )

torch.save({"model": weights, "iter_num": 7}, os.path.join(FOLDER, "model.pth"))
torch.save(permutation, os.path.join(FOLDER, "permutation.pt"))
with open(os.path.join(FOLDER, "expected.json"), "w") as file:
    json.dump({"heads": HEADS, "length": LENGTH, "cases": cases}, file)
