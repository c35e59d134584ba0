"""What the engine does, said in PyTorch: the same mathematics with the same savings.

Only positions with a masked digit reach the head. The head works in chunks of rows, whose gradient
is known in closed form (METHOD section 4), so that no [N, V] tensor lives. Few embedding rows are
summed by a matrix product, and matrix products of float32 go through oneDNN. The objective is the
bound: the sum of the digits' marginal costs. Unlike the engine this does not go over to the
logarithmic domain where the true digit's mass underflows.

Shapes: N scored positions, R of them in a chunk, J digits of a token, V tokens, C head rows in code
order, C = G * K: code = high * K + low.
"""

from functools import partial

import torch
import torch.nn.functional as F
from torch import nn

from peer.network import Encoder, digits, masked_digits


def onednn_linear(weight, x):
    flat = torch._C._nn.mkldnn_linear(x.reshape(-1, x.size(-1)).to_mkldnn(), weight)
    return flat.to_dense().view(*x.shape[:-1], -1)


def multiply(x, w, bias=None):
    """x @ w^T + bias, without gradient."""
    return torch.ops.mkldnn._linear_pointwise(x, w, bias, "none", [], "")


def is_and_is_not(bits):
    """A column for each digit being one and a column for each being zero."""
    return torch.cat([bits, 1 - bits], 1)


class Codes:
    """The digits of the high and of the low half of a code, and which codes are somebody's."""

    def __init__(self, codes_V, ell, base):
        self.ell, self.split = ell, ell // 2
        K = base ** (ell - self.split) if ell > 1 else 1
        G = int(codes_V.max()) // K + 1
        self.halves = (G, K)
        self.bias_C = torch.full((G * K,), float("-inf")).index_fill_(0, codes_V, 0.0)
        if ell > 1:
            self.high_GX = is_and_is_not(digits(torch.arange(G), self.split, base).float())
            self.low_KX = is_and_is_not(digits(torch.arange(K), ell - self.split, base).float())

    def spread(self, of_one_RJ, of_zero_RJ):
        """Per code, the sum over its digits of one value or the other: [R, G, 1] and [R, 1, K]."""
        high = torch.cat([of_one_RJ[:, : self.split], of_zero_RJ[:, : self.split]], 1)
        low = torch.cat([of_one_RJ[:, self.split :], of_zero_RJ[:, self.split :]], 1)
        return (high @ self.high_GX.T).unsqueeze(2), (low @ self.low_KX.T).unsqueeze(1)

    def masses(self, p_RC):
        """Mass of the codes whose digit j is one, and of those where it is zero: [R, J] each."""
        p_RGK = p_RC.view(-1, *self.halves)
        high = (p_RGK.sum(2) @ self.high_GX).chunk(2, 1)
        low = (p_RGK.sum(1) @ self.low_KX).chunk(2, 1)
        return torch.cat([high[0], low[0]], 1), torch.cat([high[1], low[1]], 1)


class TokenHead(torch.autograd.Function):
    """Weighted cost of N positions; both gradients are made on the way."""

    @staticmethod
    def forward(ctx, hidden_ND, head_CD, codes, codes_N, masked_NJ, weights_N):
        loss = torch.zeros((), dtype=torch.float64)
        dhidden_ND, dhead_DC = torch.empty_like(hidden_ND), torch.zeros_like(head_CD.T)
        C = head_CD.size(0)
        R = max(32, min(max(128, 2**20 // C), 6_500_000 // C))
        for first in range(0, hidden_ND.size(0), R):
            rows = slice(first, first + R)
            h_RD, w_R1 = hidden_ND[rows], weights_N[rows].unsqueeze(1)
            z_RC = multiply(h_RD, head_CD, codes.bias_C)
            cost, dz_RC = TokenHead.chunk(z_RC, codes, codes_N[rows], masked_NJ[rows], w_R1)
            loss += cost
            dhidden_ND[rows] = multiply(dz_RC, head_CD.T)
            dhead_DC += multiply(h_RD.T, dz_RC.T)
        ctx.gradients = dhidden_ND, dhead_DC.T.contiguous()
        return loss

    @staticmethod
    def chunk(z_RC, codes, codes_R, masked_RJ, w_R1):
        """Cost of a chunk and its gradient with respect to the logits."""
        if codes.ell == 1:
            p_RC = torch.softmax(z_RC, 1)
            cost = -(p_RC.gather(1, codes_R.unsqueeze(1)).log() * w_R1).double().sum()
            return cost, p_RC.mul_(w_R1).scatter_add_(1, codes_R.unsqueeze(1), -w_R1)
        z_RGK = z_RC.view(-1, *codes.halves)
        y_RJ = digits(codes_R, codes.ell, 2) == 1
        # Carry-over: what contradicts a revealed digit loses 1e30 before the maximum is taken.
        high, low = codes.spread((~y_RJ & ~masked_RJ) * -1e30, (y_RJ & ~masked_RJ) * -1e30)
        z_RGK.add_(high).add_(low)
        p_RC = torch.softmax(z_RC, 1)
        ones_RJ, zeros_RJ = codes.masses(p_RC)
        true_RJ = torch.where(y_RJ, ones_RJ, zeros_RJ).clamp(min=1e-30)
        odds_RJ = torch.where(y_RJ, zeros_RJ, ones_RJ) / true_RJ
        w_RJ = w_R1 * masked_RJ
        cost = (odds_RJ.log1p() * w_RJ).double().sum()
        # dz_v = p_v * sum over j of w_j * (1 where digit j of v is false, -odds where it is true)
        high, low = codes.spread(
            w_RJ * torch.where(y_RJ, -odds_RJ, 1.0), w_RJ * torch.where(y_RJ, 1.0, -odds_RJ))
        return cost, torch.add(high, low, out=z_RGK).view_as(p_RC).mul_(p_RC)

    @staticmethod
    def backward(ctx, of_loss):
        dhidden_ND, dhead_CD = ctx.gradients
        return dhidden_ND.mul_(of_loss), dhead_CD.mul_(of_loss), None, None, None, None


def sub_token_cost(logits_NJ, vocabulary, codes_N, masked_NJ, weights_N):
    """One logit per binary digit. A digit that can only be zero costs nothing: codes are [0, V)."""
    ell = masked_NJ.size(1)
    y_NJ, places_J = digits(codes_N, ell, 2), 2 ** torch.arange(ell - 1, -1, -1)
    smallest_N1 = (y_NJ * ~masked_NJ * places_J).sum(1, keepdim=True)
    open_NJ = masked_NJ & (smallest_N1 + places_J < vocabulary)
    cost_NJ = F.binary_cross_entropy_with_logits(logits_NJ, y_NJ.float(), reduction="none")
    return (cost_NJ * open_NJ * weights_N.unsqueeze(1)).double().sum()


class TunedEncoder(Encoder):
    def __init__(self, row, outputs):
        super().__init__(row, outputs)
        for module in self.transformer.modules():
            if isinstance(module, nn.Linear):
                module.forward = partial(onednn_linear, module.weight)

    def embed(self, rows_BTJ):
        table_SD = self.transformer["wte"].weight
        if table_SD.size(0) > 512:
            return super().embed(rows_BTJ)
        hot_BTS = torch.zeros(*rows_BTJ.shape[:2], table_SD.size(0)).scatter_(2, rows_BTJ, 1.0)
        return hot_BTS @ table_SD


class TunedModel(nn.Module):
    def __init__(self, row, codes_V):
        super().__init__()
        self.ell, self.vocabulary = row["ell"], row["vocabulary"]
        self.sub_token = row["head"] == "sub-token"
        self.codes_V, self.codes = codes_V, Codes(codes_V, self.ell, row["base"])
        self.encoder = TunedEncoder(row, self.ell if self.sub_token else len(self.codes.bias_C))

    def load(self, weights):
        """The token head's rows come in token order and stay in code order."""
        if not self.sub_token:
            head_VD = weights["lm_head.weight"]
            head_CD = head_VD.new_zeros(len(self.codes.bias_C), head_VD.size(1))
            weights = weights | {"lm_head.weight": head_CD.index_copy_(0, self.codes_V, head_VD)}
        self.encoder.load_state_dict(weights)

    def forward(self, tokens_BT, masks_BL, weights_B):
        codes_BT = self.codes_V[tokens_BT]
        scored_N = masks_BL.flatten().nonzero().squeeze(1)
        hidden_ND = self.encoder(codes_BT, masks_BL).flatten(0, 1)[scored_N]
        codes_N = codes_BT[:, 1:].flatten()[scored_N]
        masked_NJ = masked_digits(masks_BL.flatten()[scored_N], self.ell)
        weights_N = weights_B[scored_N // masks_BL.size(1)] / masks_BL.numel()
        head = self.encoder.lm_head.weight
        if self.sub_token:
            logits_NJ = hidden_ND @ head.T
            return sub_token_cost(logits_NJ, self.vocabulary, codes_N, masked_NJ, weights_N)
        return TokenHead.apply(hidden_ND, head, self.codes, codes_N, masked_NJ, weights_N)
