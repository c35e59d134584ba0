"""The network of METHOD section 1 in PyTorch: a Llama-style encoder whose input is a sum of rows.

Shapes: B sequences, L scored tokens each, T positions read, D width, H heads, d width of a head,
J digits of a token (ell).
"""

import torch
import torch.nn.functional as F
from torch import nn


def digits(codes, ell, base):
    """Most significant first: [..] -> [.., J]."""
    places_J = torch.tensor([base ** (ell - 1 - j) for j in range(ell)])
    return codes.unsqueeze(-1) // places_J % base


def masked_digits(masks, ell):
    """Bit j of a mask as column j: [..] -> [.., J]."""
    return (masks.unsqueeze(-1) >> torch.arange(ell)) % 2 == 1


def rotary_angles(T, head_width):
    """Cosines and sines, [T, half a head] each; base 10000 over the whole head."""
    half = torch.arange(head_width // 2, dtype=torch.float64)
    angles = torch.outer(torch.arange(T, dtype=torch.float64), 10000.0 ** (half * -2 / head_width))
    return angles.cos().float(), angles.sin().float()


def rotate(x_BHTd, cos, sin):
    """Turns the two halves of each head against each other (not interleaved)."""
    a, b = x_BHTd.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


def norm(width):
    return nn.RMSNorm(width, eps=1e-5)


def linear(inputs, outputs):
    return nn.Linear(inputs, outputs, bias=False)


class Attention(nn.Module):
    def __init__(self, width, heads, causal):
        super().__init__()
        self.heads, self.causal = heads, causal
        self.attn = linear(width, 3 * width)
        self.proj = linear(width, width)

    def forward(self, x_BTD, cos, sin):
        B, T, D = x_BTD.shape
        qkv = self.attn(x_BTD).view(B, T, self.heads, 3, D // self.heads).permute(3, 0, 2, 1, 4)
        q, k = rotate(qkv[:2], cos, sin)
        y_BHTd = F.scaled_dot_product_attention(q, k, qkv[2], is_causal=self.causal)
        return self.proj(y_BHTd.transpose(1, 2).reshape(B, T, D))


class SwiGlu(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.w1, self.w2, self.w3 = linear(width, hidden), linear(width, hidden), linear(hidden, width)

    def forward(self, x):
        return self.w3(F.silu(self.w1(x)) * self.w2(x))


class Block(nn.Module):
    def __init__(self, width, heads, hidden, causal):
        super().__init__()
        self.norm_1, self.norm_2 = norm(width), norm(width)
        self.attn = Attention(width, heads, causal)
        self.mlp = nn.ModuleDict({"swiglu": SwiGlu(width, hidden)})

    def forward(self, x_BTD, cos, sin):
        x_BTD = x_BTD + self.attn(self.norm_1(x_BTD), cos, sin)
        return x_BTD + self.mlp["swiglu"](self.norm_2(x_BTD))


class Encoder(nn.Module):
    """Codes and masks in, hidden states out; the product with the head belongs to the loss."""

    def __init__(self, row, outputs):
        super().__init__()
        self.ell, self.base, self.causal = row["ell"], row["base"], row["family"] == "arm"
        shape, values = row["shape"], self.base + 1
        width, heads, hidden = shape["width"], shape["heads"], shape["feedForward"]
        self.transformer = nn.ModuleDict({
            "wte": nn.Embedding(self.ell * values, width),
            "h": nn.ModuleList(
                Block(width, heads, hidden, self.causal) for _ in range(shape["layers"])),
            "ln_f": norm(width),
        })
        self.lm_head = linear(width, outputs)
        positions = shape["length"] + (0 if self.causal else 1)
        cos, sin = rotary_angles(positions, width // heads)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self.register_buffer("first_rows_J", torch.arange(self.ell) * values, persistent=False)

    def embed(self, rows_BTJ):
        """Sum over the slots of a row each."""
        x_BTJD = self.transformer["wte"](rows_BTJ)
        return x_BTJD.squeeze(2) if self.ell == 1 else x_BTJD.sum(2)

    def forward(self, codes_BT, masks_BL):
        """Hidden states of the L scored positions. Column 0 of the codes is the separator: the ARM
        predicts from it, the others see it revealed. A masked digit has the row of value `base`."""
        slots_BTJ = digits(codes_BT, self.ell, self.base)
        if self.causal:
            slots_BTJ = slots_BTJ[:, :-1]
        else:
            slots_BTJ[:, 1:].masked_fill_(masked_digits(masks_BL, self.ell), self.base)
        x_BTD = self.embed(slots_BTJ + self.first_rows_J)
        for block in self.transformer["h"]:
            x_BTD = block(x_BTD, self.cos, self.sin)
        x_BTD = self.transformer["ln_f"](x_BTD)
        return x_BTD if self.causal else x_BTD[:, 1:]
