# The network, its losses and the optimiser step: one TorchScript module, one call per step.
#
# It holds settings only; weights, moments and the batch are arguments.
# p: transformer.wte, then per layer norm_1, attn.attn, attn.proj, norm_2, swiglu.w1, w2, w3, then ln_f, lm_head.
#
# Shapes:  B sequences   L scored tokens each   T positions that the network reads   D width
#          N positions to score, R of them in a chunk   J digits of a token (ell)   b values of a digit (base)
#          V tokens   C rows of the token head, in code order: C = H * K, code = high * K + low
# Dtypes:  4 = int64, 6 = float32, 7 = float64, 15 = bfloat16
#
# Weights, residual stream, norms, losses and gradients are float32. Matrix products and attention run
# in the dtype of their weights: a training may give the matrices as bfloat16 copies.

# Root mean square norm. The mean square comes from the length: that spares the squares, and their gradient.
def rms_norm(x_BTD: Tensor, gain_D: Tensor) -> Tensor:
    length_BT1 = torch.linalg_vector_norm(x_BTD, 2, [-1], True)
    return x_BTD * torch.rsqrt(length_BT1 * length_BT1 / x_BTD.size(-1) + 1e-5) * gain_D

# Cosines and sines of the rotary angles, [T, 1, 1, half a head] each.
def rotary_angles(T: int, head_width: int, like: Tensor) -> Tuple[Tensor, Tensor]:
    half = torch.arange(head_width // 2, dtype=7, device=like.device)
    angles = torch.outer(torch.arange(T, dtype=7, device=like.device), torch.pow(10000.0, half * (-2.0 / head_width)))
    angles = angles.view([T, 1, 1, -1])
    return torch.cos(angles).to(6), torch.sin(angles).to(6)

# Turns the two halves of each head against each other.
def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    a, b = torch.chunk(x, 2, -1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)

# Digits of codes, most significant first: [X] -> [X, J].
def digits(codes_X: Tensor, ell: int, base: int) -> Tensor:
    powers = annotate(List[int], [])
    for j in range(ell):
        powers.append(int(base ** (ell - 1 - j)))
    powers_J = torch.tensor(powers, dtype=4, device=codes_X.device)
    return torch.remainder(torch.floor_divide(codes_X.unsqueeze(-1), powers_J), base)

# Bit j of a mask as column j: [X] -> [X, J].
def bits(masks_X: Tensor, ell: int) -> Tensor:
    shifts_J = torch.arange(ell, dtype=4, device=masks_X.device)
    return torch.bitwise_and(torch.bitwise_right_shift(masks_X.unsqueeze(-1), shifts_J), 1) > 0

# A one in column j * values + digit of every slot j: [X, J] -> [X, J * values].
def one_hot(digits_XJ: Tensor, values: int) -> Tensor:
    J = digits_XJ.size(1)
    columns_XJ = digits_XJ + torch.arange(J, dtype=4, device=digits_XJ.device) * values
    hot = torch.zeros([digits_XJ.size(0), J * values], dtype=6, device=digits_XJ.device)
    return hot.scatter_(1, columns_XJ, 1.0)

class Denoiser(Module):
    __parameters__ = []
    __buffers__ = []
    training : bool
    heads : int
    causal : bool
    ell : int
    base : int
    vocabulary : int
    dense : bool
    sub_token : bool
    joint : bool

    # ---- the network ----

    # Sum over the slots of a row each; a masked digit has the row of value b.
    def embed(self: __torch__.Denoiser, table_SD: Tensor, codes_BT: Tensor, masks_BT: Tensor) -> Tensor:
        values = self.base + 1
        codes_X = torch.reshape(codes_BT, [-1])
        masked_XJ = __torch__.bits(torch.reshape(masks_BT, [-1]), self.ell)
        slots_XJ = torch.masked_fill(__torch__.digits(codes_X, self.ell, self.base), masked_XJ, self.base)
        if table_SD.size(0) <= 512:
            x_XD = torch.mm(__torch__.one_hot(slots_XJ, values), table_SD)
        else:
            x_XD = torch.embedding(table_SD, torch.select(slots_XJ, 1, 0))
            for j in range(1, self.ell):
                x_XD = x_XD + torch.embedding(table_SD, torch.select(slots_XJ, 1, j) + j * values)
        return x_XD.view([codes_BT.size(0), codes_BT.size(1), -1])

    def attention(self: __torch__.Denoiser, x_BTD: Tensor, qkv_weight: Tensor, proj_weight: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        B, T, D = x_BTD.size()
        qkv = __torch__.linear(x_BTD, qkv_weight).view([B, T, self.heads, 3, D // self.heads])
        q, k = torch.unbind(__torch__.rotate(torch.slice(qkv, 3, 0, 2), cos, sin).type_as(qkv), 3)
        v = torch.select(qkv, 3, 2)
        y = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), None, 0., self.causal)
        return __torch__.linear(torch.reshape(torch.transpose(y, 1, 2), [B, T, D]), proj_weight)

    def feed_forward(self: __torch__.Denoiser, x_BTD: Tensor, w1: Tensor, w2: Tensor, w3: Tensor) -> Tensor:
        return __torch__.linear(torch.silu(__torch__.linear(x_BTD, w1)) * __torch__.linear(x_BTD, w2), w3)

    def trunk(self: __torch__.Denoiser, p: List[Tensor], codes_BT: Tensor, masks_BT: Tensor) -> Tensor:
        x = self.embed(p[0], codes_BT, masks_BT)
        cos, sin = __torch__.rotary_angles(x.size(1), x.size(2) // self.heads, x)
        for i in range((torch.len(p) - 3) // 7):
            o = 1 + 7 * i
            x = x + self.attention(__torch__.rms_norm(x, p[o]), p[o + 1], p[o + 2], cos, sin)
            x = x + self.feed_forward(__torch__.rms_norm(x, p[o + 3]), p[o + 4], p[o + 5], p[o + 6])
        return __torch__.rms_norm(x, p[-2])

    # Hidden states of the positions to score. Column 0 is the separator: ARM predicts from it,
    # the others see it revealed.
    def hidden(self: __torch__.Denoiser, p: List[Tensor], codes_BT: Tensor, masks_BL: Tensor, rows_N: Tensor) -> Tensor:
        L = masks_BL.size(1)
        if self.causal:
            h_BLD = self.trunk(p, torch.slice(codes_BT, 1, 0, L), torch.zeros_like(masks_BL))
        else:
            masks_BT = torch.constant_pad_nd(masks_BL, [1, 0], 0)
            h_BLD = torch.slice(self.trunk(p, codes_BT, masks_BT), 1, 1)
        return torch.index_select(torch.reshape(h_BLD, [-1, h_BLD.size(2)]), 0, rows_N)

    # ---- token head: a softmax over the tokens that agree with every revealed digit ----
    #
    # Rows of the head lie in code order and are read in blocks of neighbours. A position visits only the blocks
    # that hold a code without contradiction (Prime: less than a third of all, on average). Such a visit is a pair:
    # P pairs, G blocks, W codes of a block, S of them high halves; n positions that visit a block.

    # Codes of a block: about a thousand, whole low halves where a code has halves; more where nobody is spared any.
    def block(self: __torch__.Denoiser) -> int:
        codes = 4096
        if self.ell > 1:
            low = int(self.base ** (self.ell - self.ell // 2))
            codes = low * max(1, 1024 // low)
        return codes

    # Constants of the code order: bias [C], which no code without a token survives, and the one-hot digits
    # of the high [H, (J / 2) * b] and of the low [K, (J - J / 2) * b] half of a code.
    def code_tables(self: __torch__.Denoiser, head_CD: Tensor, image_V: Tensor) -> List[Tensor]:
        C = head_CD.size(0)
        bias_C = torch.full([C], -2e30, dtype=6, device=head_CD.device).index_fill_(0, image_V, 0.).type_as(head_CD)
        if self.ell == 1:
            return [bias_C, bias_C, bias_C]
        low = self.ell - self.ell // 2
        K = int(self.base ** low)
        high_H = torch.arange(C // K, dtype=4, device=head_CD.device)
        low_K = torch.arange(K, dtype=4, device=head_CD.device)
        return [bias_C, __torch__.one_hot(__torch__.digits(high_H, self.ell // 2, self.base), self.base), __torch__.one_hot(__torch__.digits(low_K, low, self.base), self.base)]

    # A value per code that is a sum over its digits' values [R, J, b]: the share of the high half [R, H]
    # and that of the low half [R, K].
    def spread(self: __torch__.Denoiser, values_RJb: Tensor, tables: List[Tensor]) -> Tuple[Tensor, Tensor]:
        high = torch.flatten(torch.slice(values_RJb, 1, 0, self.ell // 2), 1)
        low = torch.flatten(torch.slice(values_RJb, 1, self.ell // 2), 1)
        return torch.mm(high, torch.t(tables[1])), torch.mm(low, torch.t(tables[2]))

    # Carry-over: what the halves of a code lose, 1e30 for each revealed digit that they contradict
    # ([N, H] and [N, K]), and which blocks have a high half that loses nothing [N, G].
    def carry_over(self: __torch__.Denoiser, tables: List[Tensor], other_NJb: Tensor, masked_NJ: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        N = masked_NJ.size(0)
        W = self.block()
        G = (tables[0].size(0) + W - 1) // W
        if self.ell == 1:
            return masked_NJ, masked_NJ, torch.ones([N, G], dtype=11, device=masked_NJ.device)
        high_NH, low_NK = self.spread(torch.masked_fill(other_NJb.to(6), masked_NJ.unsqueeze(2), 0.) * -1e30, tables)
        S = W // low_NK.size(1)
        padded = torch.constant_pad_nd(high_NH, [0, G * S - high_NH.size(1)], -1e30)
        return high_NH, low_NK, torch.any(torch.eq(padded.view([N, G, S]), 0.), 2)

    # Ends of the chunks of positions whose pairs have about eight million logits, so that no [N, C] tensor lives.
    def chunk_ends(self: __torch__.Denoiser, visits_NG: Tensor) -> List[int]:
        ends = annotate(List[int], [])
        last = -1
        chunks = torch.cpu(torch.floor_divide(torch.cumsum(torch.sum(visits_NG, [1]), 0), 8388608 // self.block()))
        if chunks.size(0) > 0:
            sizes = torch.bincount(chunks)
            end = 0
            for i in range(sizes.size(0)):
                size = int(sizes[i])
                if size > 0:
                    end = end + size
                    ends.append(end)
        return ends

    # Positions of each block's pairs, block after block, and which of them count [n, 1]: where a kernel
    # wants few different numbers of rows, position 0 stands in for what is missing and counts for nothing.
    def pairs(self: __torch__.Denoiser, visits_RG: Tensor, rows: int) -> Tuple[List[Tensor], List[Tensor]]:
        rows_P = torch.select(torch.nonzero(torch.t(visits_RG)), 1, 1)
        counts_G = torch.cpu(torch.sum(visits_RG, [0]))
        pairs = annotate(List[Tensor], [])
        real = annotate(List[Tensor], [])
        start = 0
        for g in range(counts_G.size(0)):
            end = start + int(counts_G[g])
            missing = 0
            if self.ell > 1:
                missing = (rows - (end - start) % rows) % rows
            pairs.append(torch.constant_pad_nd(torch.slice(rows_P, 0, start, end), [0, missing], 0))
            real.append((torch.arange(end - start + missing, dtype=4, device=rows_P.device) < end - start).unsqueeze(1))
            start = end
        return pairs, real

    # Rows of a tensor, itself where all are asked for: every position of ARM and MDM visits every block.
    def take(self: __torch__.Denoiser, x_RX: Tensor, rows_n: Tensor) -> Tensor:
        taken = x_RX
        if self.ell > 1:
            taken = torch.index_select(x_RX, 0, rows_n)
        return taken

    # Column of each pair's true code in block g, and whether it is in there: [n, 1] each.
    def true_columns(self: __torch__.Denoiser, codes_n: Tensor, real_n1: Tensor, g: int, columns: int) -> Tuple[Tensor, Tensor]:
        column_n1 = (codes_n - g * self.block()).unsqueeze(1)
        inside_n1 = torch.bitwise_and(column_n1 >= 0, column_n1 < columns)
        return torch.clamp(column_n1, 0, columns - 1), torch.bitwise_and(inside_n1, real_n1)

    # Posterior of a chunk's positions. Each pair has a softmax q of its own (a list over the blocks, [n, W]
    # each); its share [P, 1] of the position makes q the posterior. Then per position: the masses of its digits'
    # values [R, J * b] (where it has digits), p of the true token, and log of the sum of exp(z), [R, 1] each.
    def posterior(self: __torch__.Denoiser, h_RD: Tensor, head_CD: Tensor, tables: List[Tensor], high_RH: Tensor, low_RK: Tensor, pairs: List[Tensor], real: List[Tensor], codes_R: Tensor) -> Tuple[List[Tensor], Tensor, Tensor, Tensor, Tensor]:
        R = h_RD.size(0)
        W = self.block()
        q = annotate(List[Tensor], [])
        peaks = annotate(List[Tensor], [])
        sums = annotate(List[Tensor], [])
        hits = annotate(List[Tensor], [])
        masses = annotate(List[Tensor], [])
        for g in range(torch.len(pairs)):
            rows_n = pairs[g]
            n = rows_n.size(0)
            head_WD = torch.slice(head_CD, 0, g * W, (g + 1) * W)
            if n > 0:
                z_nW = __torch__.product(self.take(h_RD, rows_n), head_WD, torch.slice(tables[0], 0, g * W, (g + 1) * W))
                K = low_RK.size(1)
                S = W // K
                if self.ell > 1:
                    high_nS = torch.index_select(torch.slice(high_RH, 1, g * S, (g + 1) * S), 0, rows_n)
                    z_nW.view([n, -1, K]).add_(high_nS.unsqueeze(2)).add_(torch.index_select(low_RK, 0, rows_n).unsqueeze(1))
                q_nW = torch.softmax(z_nW, 1)
                peaks.append(torch.amax(z_nW, [1], True))
                sums.append(torch.reciprocal(torch.amax(q_nW, [1], True)))
                column_n1, inside_n1 = self.true_columns(self.take(codes_R, rows_n), real[g], g, q_nW.size(1))
                hits.append(torch.gather(q_nW, 1, column_n1) * inside_n1)
                if self.ell > 1:
                    q_nSK = q_nW.view([n, -1, K])
                    high_nX = torch.mm(torch.sum(q_nSK, [2]), torch.slice(tables[1], 0, g * S, (g + 1) * S))
                    masses.append(torch.cat([high_nX, torch.mm(torch.sum(q_nSK, [1]), tables[2])], 1))
                q.append(q_nW)
            else:
                q.append(torch.slice(h_RD, 0, 0, 0))
        rows_P = torch.cat(pairs)
        peaks_P1 = torch.cat(peaks)
        top_R1 = torch.full([R, 1], -inf, dtype=6, device=h_RD.device).scatter_reduce_(0, rows_P.unsqueeze(1), peaks_P1, "amax")
        weight_P1 = torch.cat(sums) * torch.exp(peaks_P1 - torch.index_select(top_R1, 0, rows_P)) * torch.cat(real)
        total_R1 = torch.zeros([R, 1], dtype=6, device=h_RD.device).index_add_(0, rows_P, weight_P1)
        share_P1 = weight_P1 / torch.index_select(total_R1, 0, rows_P)
        true_R1 = torch.zeros([R, 1], dtype=6, device=h_RD.device).index_add_(0, rows_P, torch.cat(hits) * share_P1)
        mass_RX = true_R1
        if self.ell > 1:
            mass_PX = torch.cat(masses) * share_P1
            mass_RX = torch.zeros([R, mass_PX.size(1)], dtype=6, device=h_RD.device).index_add_(0, rows_P, mass_PX)
        return q, share_P1, mass_RX, true_R1, top_R1 + torch.log(total_R1)

    # -log p of the true tokens [R, 1], in the log domain where p itself underflows, and where it does.
    def joint_costs(self: __torch__.Denoiser, h_RD: Tensor, head_CD: Tensor, codes_R: Tensor, true_R1: Tensor, norm_R1: Tensor) -> Tuple[Tensor, Tensor]:
        under_R1 = true_R1 < 1e-30
        cost_R1 = torch.neg(torch.log(true_R1))
        if bool(torch.any(under_R1)):
            z_R1 = torch.sum(h_RD * torch.index_select(head_CD, 0, codes_R).to(6), [1], True)
            cost_R1 = torch.where(under_R1, norm_R1 - z_R1, cost_R1)
        return cost_R1, under_R1

    # Costs of the digits [R, J], their odds F / T (0 where T underflows), F, and where it does.
    # T: mass of the true value. F: sum of the other values' masses, never 1 - T.
    def digit_costs(self: __torch__.Denoiser, mass_RX: Tensor, y_RJ: Tensor, other_RJb: Tensor, joint_R1: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
        mass_RJb = mass_RX.view(other_RJb.size())
        true_RJ = torch.squeeze(torch.gather(mass_RJb, 2, y_RJ.unsqueeze(2)), 2)
        false_RJ = torch.sum(mass_RJb * other_RJb, [2])
        under_RJ = true_RJ < 1e-30
        safe_RJ = torch.clamp(true_RJ, 1e-30)
        odds_RJ = torch.masked_fill(false_RJ / safe_RJ, under_RJ, 0.)
        cost_RJ = torch.where(false_RJ < true_RJ, torch.log1p(odds_RJ), torch.log(true_RJ + false_RJ) - torch.log(safe_RJ))
        # The true token's own mass stands for the digit's: only larger, still a bound.
        return torch.where(under_RJ, joint_R1.expand_as(cost_RJ), cost_RJ), odds_RJ, false_RJ, under_RJ

    # Which values a digit does not have: [R, J, b]; not asked for where the digit is the whole token.
    def others(self: __torch__.Denoiser, y_RJ: Tensor) -> Tensor:
        others = y_RJ
        if self.ell > 1:
            others = torch.ne(y_RJ.unsqueeze(2), torch.arange(self.base, dtype=4, device=y_RJ.device))
        return others

    # Costs [N, 2]: sum of the masked digits' marginal costs, and the token's joint cost.
    def token_costs(self: __torch__.Denoiser, h_ND: Tensor, head_CD: Tensor, image_V: Tensor, codes_N: Tensor, masked_NJ: Tensor) -> Tensor:
        tables = self.code_tables(head_CD, image_V)
        y_NJ = __torch__.digits(codes_N, self.ell, self.base)
        other_NJb = self.others(y_NJ)
        high_NH, low_NK, visits_NG = self.carry_over(tables, other_NJb, masked_NJ)
        costs = torch.zeros([h_ND.size(0), 2], dtype=7, device=h_ND.device)
        start = 0
        for end in self.chunk_ends(visits_NG):
            h_RD = torch.slice(h_ND, 0, start, end)
            codes_R = torch.slice(codes_N, 0, start, end)
            pairs, real = self.pairs(torch.slice(visits_NG, 0, start, end), __torch__.row_multiple(head_CD))
            q, share_P1, mass_RX, true_R1, norm_R1 = self.posterior(h_RD, head_CD, tables, torch.slice(high_NH, 0, start, end), torch.slice(low_NK, 0, start, end), pairs, real, codes_R)
            joint_R1, ignored = self.joint_costs(h_RD, head_CD, codes_R, true_R1, norm_R1)
            marginal_R1 = joint_R1
            if self.ell > 1:
                cost_RJ, odds, false, under = self.digit_costs(mass_RX, torch.slice(y_NJ, 0, start, end), torch.slice(other_NJb, 0, start, end), joint_R1)
                marginal_R1 = torch.sum((cost_RJ * torch.slice(masked_NJ, 0, start, end)).to(7), [1], True)
            torch.slice(costs, 0, start, end).copy_(torch.cat([marginal_R1.to(7), joint_R1.to(7)], 1))
            start = end
        return costs

    # Weighted loss and underflows [2], and the gradients of hidden states and head, in closed form.
    def token_gradients(self: __torch__.Denoiser, h_ND: Tensor, head_CD: Tensor, image_V: Tensor, codes_N: Tensor, masked_NJ: Tensor, weights_N: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        tables = self.code_tables(head_CD, image_V)
        y_NJ = __torch__.digits(codes_N, self.ell, self.base)
        other_NJb = self.others(y_NJ)
        high_NH, low_NK, visits_NG = self.carry_over(tables, other_NJb, masked_NJ)
        found = torch.zeros([2], dtype=7, device=h_ND.device)
        dh_ND = torch.zeros(h_ND.size(), dtype=6, device=h_ND.device)
        dhead_CD = torch.zeros(head_CD.size(), dtype=6, device=head_CD.device)
        W = self.block()
        start = 0
        for end in self.chunk_ends(visits_NG):
            h_RD = torch.slice(h_ND, 0, start, end)
            dh_RD = torch.slice(dh_ND, 0, start, end)
            codes_R = torch.slice(codes_N, 0, start, end)
            w_R1 = torch.slice(weights_N, 0, start, end).unsqueeze(1)
            pairs, real = self.pairs(torch.slice(visits_NG, 0, start, end), __torch__.row_multiple(head_CD))
            q, share_P1, mass_RX, true_R1, norm_R1 = self.posterior(h_RD, head_CD, tables, torch.slice(high_NH, 0, start, end), torch.slice(low_NK, 0, start, end), pairs, real, codes_R)
            joint_R1, under_R1 = self.joint_costs(h_RD, head_CD, codes_R, true_R1, norm_R1)
            high_RH = w_R1
            low_RK = w_R1
            push_R1 = w_R1
            if self.joint:
                # p - [true token]
                found.add_(torch.stack([torch.sum((joint_R1 * w_R1).to(7)), torch.sum(under_R1).to(7)]))
                pushes = True
            else:
                y_RJ = torch.slice(y_NJ, 0, start, end)
                other_RJb = torch.slice(other_NJb, 0, start, end)
                cost_RJ, odds_RJ, false_RJ, under_RJ = self.digit_costs(mass_RX, y_RJ, other_RJb, joint_R1)
                w_RJ = w_R1 * torch.slice(masked_NJ, 0, start, end)
                found.add_(torch.stack([torch.sum((cost_RJ * w_RJ).to(7)), torch.sum(under_RJ).to(7)]))
                # p_v * sum over j of w_j * (1 where digit j of v is false, -F / T where it is true)
                high_RH, low_RK = self.spread(w_RJ.unsqueeze(2) * torch.where(other_RJb, 1., torch.neg(odds_RJ).unsqueeze(2)), tables)
                # Where T underflows, all that pushes is the true token.
                push_R1 = torch.sum(w_RJ * false_RJ * under_RJ, [1], True)
                pushes = bool(torch.any(under_RJ))
            first = 0
            for g in range(torch.len(pairs)):
                rows_n = pairs[g]
                n = rows_n.size(0)
                if n > 0:
                    share_n1 = torch.slice(share_P1, 0, first, first + n)
                    first = first + n
                    if self.joint:
                        dz_nW = q[g].mul_(share_n1 * self.take(w_R1, rows_n))
                    else:
                        K = low_RK.size(1)
                        high_nS = torch.index_select(torch.slice(high_RH, 1, g * (W // K), (g + 1) * (W // K)), 0, rows_n) * share_n1
                        low_nK = torch.index_select(low_RK, 0, rows_n) * share_n1
                        dz_nW = q[g].mul_(torch.reshape(high_nS.unsqueeze(2) + low_nK.unsqueeze(1), [n, -1]))
                    if pushes:
                        column_n1, inside_n1 = self.true_columns(self.take(codes_R, rows_n), real[g], g, dz_nW.size(1))
                        dz_nW = dz_nW.scatter_add_(1, column_n1, torch.neg(self.take(push_R1, rows_n) * inside_n1))
                    dz_nW = dz_nW.type_as(head_CD)
                    head_WD = torch.slice(head_CD, 0, g * W, (g + 1) * W)
                    dh_RD.index_add_(0, rows_n, __torch__.product(dz_nW, torch.t(head_WD), None))
                    __torch__.accumulate(torch.slice(dhead_CD, 0, g * W, (g + 1) * W), dz_nW, self.take(h_RD, rows_n))
            start = end
        return found, dh_ND, dhead_CD

    # ---- sub-token head: one softmax per digit ----

    # Values of a masked digit that some token with the revealed digits has: [R, J, b].
    def completable(self: __torch__.Denoiser, image_V: Tensor, y_RJ: Tensor, masked_RJ: Tensor) -> Tensor:
        R = y_RJ.size(0)
        if self.dense:
            # The smallest completion has zeros in the other masked digits.
            powers = annotate(List[int], [])
            for j in range(self.ell):
                powers.append(int(self.base ** (self.ell - 1 - j)))
            powers_J1 = torch.tensor(powers, dtype=4, device=y_RJ.device).unsqueeze(1)
            values_b = torch.arange(self.base, dtype=4, device=y_RJ.device)
            known_R11 = torch.sum(torch.masked_fill(y_RJ, masked_RJ, 0) * torch.squeeze(powers_J1, 1), [1]).view([R, 1, 1])
            possible = known_R11 + powers_J1 * values_b < self.vocabulary
        else:
            hot_VX = __torch__.one_hot(__torch__.digits(image_V, self.ell, self.base), self.base)
            revealed_RJ1 = torch.bitwise_not(masked_RJ).unsqueeze(2)
            asked_RX = torch.reshape(torch.bitwise_not(self.others(y_RJ)) * revealed_RJ1, [R, -1]).to(6)
            agreeing_RV = torch.eq(torch.mm(asked_RX, torch.t(hot_VX)), torch.sum(asked_RX, [1], True)).to(6)
            possible = (torch.mm(agreeing_RV, hot_VX) > 0).view([R, self.ell, self.base])
        return torch.bitwise_or(possible, torch.bitwise_not(masked_RJ).unsqueeze(2))

    # Log-probabilities of the digits [R, J, b]; value 0 has logit 0.
    def digit_log_probabilities(self: __torch__.Denoiser, h_RD: Tensor, head_XD: Tensor, image_V: Tensor, y_RJ: Tensor, masked_RJ: Tensor) -> Tensor:
        z_RJb = torch.constant_pad_nd(__torch__.product(h_RD, head_XD, None).view([h_RD.size(0), self.ell, -1]), [1, 0], 0.)
        impossible = torch.bitwise_not(self.completable(image_V, y_RJ, masked_RJ))
        return torch.log_softmax(torch.masked_fill(z_RJb, impossible, -inf), 2)

    # Rows per chunk, so that no [N, V] tensor ever lives.
    def chunk(self: __torch__.Denoiser, columns: int) -> int:
        return max(32, min(max(128, 1048576 // columns), 6500000 // columns))

    # Costs [N, 2]: sum of the masked digits' costs, and nan: there is no token posterior.
    def sub_token_costs(self: __torch__.Denoiser, h_ND: Tensor, head_XD: Tensor, image_V: Tensor, codes_N: Tensor, masked_NJ: Tensor) -> Tensor:
        costs = torch.full([h_ND.size(0), 2], nan, dtype=7, device=h_ND.device)
        R = self.chunk(self.vocabulary)
        for i in range((h_ND.size(0) + R - 1) // R):
            masked_RJ = torch.slice(masked_NJ, 0, i * R, (i + 1) * R)
            y_RJ = __torch__.digits(torch.slice(codes_N, 0, i * R, (i + 1) * R), self.ell, self.base)
            logp_RJb = self.digit_log_probabilities(torch.slice(h_ND, 0, i * R, (i + 1) * R), head_XD, image_V, y_RJ, masked_RJ)
            cost_RJ = torch.neg(torch.squeeze(torch.gather(logp_RJb, 2, y_RJ.unsqueeze(2)), 2)) * masked_RJ
            torch.slice(torch.select(costs, 1, 0), 0, i * R, (i + 1) * R).copy_(torch.sum(cost_RJ.to(7), [1]))
        return costs

    # As token_gradients: softmax minus one-hot.
    def sub_token_gradients(self: __torch__.Denoiser, h_ND: Tensor, head_XD: Tensor, image_V: Tensor, codes_N: Tensor, masked_NJ: Tensor, weights_N: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        found = torch.zeros([2], dtype=7, device=h_ND.device)
        dh_ND = torch.empty_like(h_ND)
        dhead_XD = torch.zeros_like(head_XD)
        R = self.chunk(self.vocabulary)
        for i in range((h_ND.size(0) + R - 1) // R):
            h_RD = torch.slice(h_ND, 0, i * R, (i + 1) * R)
            masked_RJ = torch.slice(masked_NJ, 0, i * R, (i + 1) * R)
            w_RJ1 = (torch.slice(weights_N, 0, i * R, (i + 1) * R).unsqueeze(1) * masked_RJ).unsqueeze(2)
            y_RJ = __torch__.digits(torch.slice(codes_N, 0, i * R, (i + 1) * R), self.ell, self.base)
            logp_RJb = self.digit_log_probabilities(h_RD, head_XD, image_V, y_RJ, masked_RJ)
            cost_RJ1 = torch.neg(torch.gather(logp_RJb, 2, y_RJ.unsqueeze(2)))
            found.add_(torch.stack([torch.sum((cost_RJ1 * w_RJ1).to(7)), torch.zeros([], dtype=7, device=h_ND.device)]))
            dz_RJb = (torch.exp(logp_RJb) - torch.bitwise_not(self.others(y_RJ)).to(6)) * w_RJ1
            dz_RX = torch.reshape(torch.slice(dz_RJb, 2, 1), [h_RD.size(0), -1])
            torch.slice(dh_ND, 0, i * R, (i + 1) * R).copy_(torch.mm(dz_RX, head_XD))
            dhead_XD.addmm_(torch.t(dz_RX), h_RD)
        return found, dh_ND, dhead_XD

    # ---- what Java calls ----

    # Weights as the products of a step want them. The embedding is looked up, and the sub-token
    # head is too small to gain.
    def working_copies(self: __torch__.Denoiser, p: List[Tensor], dtype: int) -> List[Tensor]:
        copies = annotate(List[Tensor], [])
        for i in range(torch.len(p)):
            keeps = i == 0 or torch.dim(p[i]) != 2
            if i == torch.len(p) - 1 and self.sub_token:
                keeps = True
            if keeps:
                copies.append(torch.detach(p[i]))
            else:
                copies.append(torch.detach(p[i]).to(dtype))
        return copies

    # Gradients of the weighted loss, then [loss, underflows]. Each micro-batch is divided by the
    # whole batch's B * L, so their sum is the whole batch's gradient.
    # settings: micro-batch, dtype of the matrix products.
    def gradients(self: __torch__.Denoiser, p: List[Tensor], image_V: Tensor, codes_BT: Tensor, masks_BL: Tensor, weights_B: Tensor, settings: Tensor) -> List[Tensor]:
        B, L = masks_BL.size()
        M = int(settings[0])
        copies = self.working_copies(p, int(settings[1]))
        total = annotate(List[Tensor], [])
        for i in range(B // M):
            codes = torch.slice(codes_BT, 0, i * M, (i + 1) * M)
            masks = torch.slice(masks_BL, 0, i * M, (i + 1) * M)
            weights = torch.slice(weights_B, 0, i * M, (i + 1) * M) / (B * L)
            rows_N = torch.squeeze(torch.nonzero(torch.reshape(masks, [-1])), 1)
            codes_N = torch.index_select(torch.reshape(torch.slice(codes, 1, 1), [-1]), 0, rows_N)
            masked_NJ = __torch__.bits(torch.index_select(torch.reshape(masks, [-1]), 0, rows_N), self.ell)
            weights_N = torch.index_select(weights, 0, torch.floor_divide(rows_N, L))
            leaves = annotate(List[Tensor], [])
            for x in copies:
                leaves.append(torch.detach(x).requires_grad_(True))
            head = torch.detach(leaves.pop())
            torch.set_grad_enabled(True)
            h_ND = self.hidden(leaves + [head], codes, masks, rows_N)
            torch.set_grad_enabled(False)
            if self.sub_token:
                found, dh_ND, dhead = self.sub_token_gradients(torch.detach(h_ND), head, image_V, codes_N, masked_NJ, weights_N)
            else:
                found, dh_ND, dhead = self.token_gradients(torch.detach(h_ND), head, image_V, codes_N, masked_NJ, weights_N)
            torch.set_grad_enabled(True)
            backward = torch.grad([h_ND], leaves, annotate(List[Optional[Tensor]], [dh_ND]), None, False, False)
            torch.set_grad_enabled(False)
            part = annotate(List[Tensor], [])
            for g in backward:
                part.append(unchecked_cast(Tensor, g).to(6))
            part.append(dhead)
            part.append(found)
            if i == 0:
                total = part
            else:
                torch._foreach_add_(total, part)
        return total

    # One AdamW step over all micro-batches: [loss, gradient norm before clipping, underflows].
    # settings: micro-batch, dtype of the matrix products, learning rate, weight decay, beta1, beta2, epsilon, clip.
    def step(self: __torch__.Denoiser, p: List[Tensor], m: List[Tensor], v: List[Tensor], t: List[Tensor], image_V: Tensor, codes_BT: Tensor, masks_BL: Tensor, weights_B: Tensor, settings: Tensor) -> Tensor:
        gradients = self.gradients(p, image_V, codes_BT, masks_BL, weights_B, settings)
        found = gradients.pop()
        norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2)), 2)
        scale = annotate(Optional[Tensor], None)
        if bool(norm + 1e-6 > settings[7]):
            scale = (norm + 1e-6) / settings[7].to(6)
        torch._foreach_add_(t, 1)
        # Decay shrinks matrices, never the norms' gains. (Lists of p's members would say it more
        # plainly, but what only changes a local list's members is dropped as dead code.)
        for x in p:
            if torch.dim(x) == 2:
                x.mul_(1. - float(settings[2]) * float(settings[3]))
        torch._fused_adamw_(p, gradients, m, v, [], t, lr=float(settings[2]), beta1=float(settings[4]), beta2=float(settings[5]), weight_decay=0., eps=float(settings[6]), amsgrad=False, maximize=False, grad_scale=scale)
        return torch.stack([found[0], norm.to(7), found[1]])

    # Moving average of the weights: a = decay * a + (1 - decay) * p.
    def average(self: __torch__.Denoiser, a: List[Tensor], p: List[Tensor], decay: Tensor) -> Tensor:
        torch._foreach_lerp_(a, p, 1. - float(decay))
        return decay

    # Unweighted costs per sequence [B, 2]: marginal and joint, summed in float64.
    def costs(self: __torch__.Denoiser, p: List[Tensor], image_V: Tensor, codes_BT: Tensor, masks_BL: Tensor) -> Tensor:
        torch.set_grad_enabled(False)
        B, L = masks_BL.size()
        sums = torch.zeros([B, 2], dtype=7, device=codes_BT.device)
        M = max(1, 16384 // (L + 1))
        for i in range((B + M - 1) // M):
            codes = torch.slice(codes_BT, 0, i * M, (i + 1) * M)
            masks = torch.slice(masks_BL, 0, i * M, (i + 1) * M)
            rows_N = torch.squeeze(torch.nonzero(torch.reshape(masks, [-1])), 1)
            codes_N = torch.index_select(torch.reshape(torch.slice(codes, 1, 1), [-1]), 0, rows_N)
            masked_NJ = __torch__.bits(torch.index_select(torch.reshape(masks, [-1]), 0, rows_N), self.ell)
            h_ND = self.hidden(p, codes, masks, rows_N)
            if self.sub_token:
                costs_N2 = self.sub_token_costs(h_ND, p[-1], image_V, codes_N, masked_NJ)
            else:
                costs_N2 = self.token_costs(h_ND, p[-1], image_V, codes_N, masked_NJ)
            sums.index_add_(0, torch.floor_divide(rows_N, L) + i * M, costs_N2)
        return sums

    def forward(self: __torch__.Denoiser, p: List[Tensor], image_V: Tensor, codes_BT: Tensor, masks_BL: Tensor) -> Tensor:
        return self.costs(p, image_V, codes_BT, masks_BL)
