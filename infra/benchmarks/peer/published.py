"""The loss as the papers' code computes it, in eager PyTorch (arXiv 2505.18495, 2603.16077).

Every position goes through the token head. A token that contradicts a revealed digit is excluded
(carry-over), the cross entropy of what remains is weighted by n/m. At ell = 1 that is MDM's loss,
with causal attention and weight 1 the ARM's.

Shapes: B sequences, L scored tokens each, T positions read, J digits of a token, V tokens.
"""

import torch
import torch.nn.functional as F
from torch import nn

from peer.network import Encoder, masked_digits


class PublishedModel(nn.Module):
    def __init__(self, row, codes_V):
        super().__init__()
        self.ell = row["ell"]
        self.encoder = Encoder(row, row["vocabulary"])
        self.register_buffer("codes_V", codes_V, persistent=False)

    def load(self, weights):
        self.encoder.load_state_dict(weights)

    def contradicting(self, codes_BL, masks_BL):
        """Tokens that differ in a revealed digit, [B, L, V]. The base is 2: digits are bits."""
        places_J = 2 ** torch.arange(self.ell - 1, -1, -1)
        revealed_BL = (~masked_digits(masks_BL, self.ell) * places_J).sum(-1)
        difference_BLV = self.codes_V.int() ^ codes_BL.int().unsqueeze(-1)
        return (difference_BLV & revealed_BL.int().unsqueeze(-1)) != 0

    def forward(self, tokens_BT, masks_BL, weights_B):
        codes_BT = self.codes_V[tokens_BT]
        logits_BLV = self.encoder.lm_head(self.encoder(codes_BT, masks_BL))
        if self.ell > 1:
            clash_BLV = self.contradicting(codes_BT[:, 1:], masks_BL)
            logits_BLV = logits_BLV.masked_fill(clash_BLV, float("-inf"))
        targets_BL = tokens_BT[:, 1:]
        cost_N = F.cross_entropy(logits_BLV.flatten(0, 1), targets_BL.flatten(), reduction="none")
        cost_BL = cost_N.view_as(targets_BL) * (masks_BL != 0)
        return (cost_BL.sum(1) * weights_B).sum() / targets_BL.numel()
