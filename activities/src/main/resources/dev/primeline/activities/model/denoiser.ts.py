# The network, its losses and the optimiser step: one TorchScript module, one call per step.
#
# It holds settings only; weights, moments and the batch are arguments.
# p: transformer.wte, then per layer norm_1, attn.attn, attn.proj, norm_2, swiglu.w1, w2, w3, then ln_f, lm_head.
#
# Shapes:  B sequences   L scored tokens each   T positions that the network reads   D width   X = B * T
#          N positions to score, R of them in a chunk   J digits of a token (ell)   b values of a digit (base)
#          V tokens   C rows of the token head, in code order: C = H * K, code = high * K + low
# Dtypes:  4 = int64, 6 = float32, 7 = float64, 15 = bfloat16
#
# Weights, residual stream, norms, losses and gradients are float32. Matrix products and attention run
# in the dtype of their weights: a training may give the matrices as bfloat16 copies.

# Root mean square norm, and what the rows were multiplied with [X, 1]. The mean square comes from the length: that
# spares the squares.
def rms_norm(x_XD: Tensor, gain_D: Tensor) -> Tuple[Tensor, Tensor]:
    length_X1 = torch.linalg_vector_norm(x_XD, 2, [-1], True)
    scale_X1 = torch.rsqrt(length_X1 * length_X1 / x_XD.size(-1) + 1e-5)
    return (x_XD * scale_X1).mul_(gain_D), scale_X1

# Gradients of its input and of its gain.
def rms_norm_gradient(dy_XD: Tensor, x_XD: Tensor, gain_D: Tensor, scale_X1: Tensor) -> Tuple[Tensor, Tensor]:
    product_XD = dy_XD * x_XD
    dgain_D = torch.mv(torch.t(product_XD), torch.squeeze(scale_X1, 1))
    slope_X1 = torch.mv(product_XD, gain_D).unsqueeze(1) * torch.pow(scale_X1, 3) / -x_XD.size(-1)
    return (dy_XD * gain_D).mul_(scale_X1).addcmul_(x_XD, slope_X1), dgain_D

# Cosines and signed sines of the rotary angles, [T, 1, 3, h] each, h = width of a head: queries and keys turn, values do not.
def rotary_angles(T: int, h: int, like: Tensor) -> Tuple[Tensor, Tensor]:
    half = torch.arange(h // 2, dtype=7, device=like.device)
    angles = torch.outer(torch.arange(T, dtype=7, device=like.device), torch.pow(10000.0, half * (-2.0 / h))).view([T, 1, 1, -1])
    cos = torch.cat([torch.cos(angles), torch.cos(angles)], 3).to(6)
    sin = torch.cat([torch.neg(torch.sin(angles)), torch.sin(angles)], 3).to(6)
    return torch.cat([cos, cos, torch.ones_like(cos)], 2), torch.cat([sin, sin, torch.zeros_like(sin)], 2)

# Turns the two halves of each head against each other; its gradient turns back: the sines negated.
def rotate(x_BTH3h: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    swapped = torch.roll(x_BTH3h, [x_BTH3h.size(4) // 2], [4])
    return (x_BTH3h * cos).addcmul_(swapped.to(6), sin).type_as(x_BTH3h)

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

# Every slot's digit among the digits of all slots: j * values + digit.
def columns(digits_XJ: Tensor, values: int) -> Tensor:
    return digits_XJ + torch.arange(digits_XJ.size(1), dtype=4, device=digits_XJ.device) * values

# A one in the column of every slot's digit: [X, J] -> [X, J * values].
def one_hot(digits_XJ: Tensor, values: int) -> Tensor:
    hot = torch.zeros([digits_XJ.size(0), digits_XJ.size(1) * values], dtype=6, device=digits_XJ.device)
    return hot.scatter_(1, __torch__.columns(digits_XJ, values), 1.0)

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
    #
    # Each box is followed by its gradient in closed form: autograd passes over the same numbers twice as often. A box
    # gives its output and what its gradient needs; a gradient takes dx, that of the output, which is that of the
    # residual stream too, and adds to it, and gives those of the box's weights.

    # Sum over the slots of a row each; a masked digit has the row of value b.
    def embed(self: __torch__.Denoiser, table_SD: Tensor, codes_BT: Tensor, masks_BT: Tensor) -> Tuple[Tensor, Tensor]:
        masked_XJ = __torch__.bits(torch.reshape(masks_BT, [-1]), self.ell)
        slots_XJ = torch.masked_fill(__torch__.digits(torch.reshape(codes_BT, [-1]), self.ell, self.base), masked_XJ, self.base)
        if table_SD.size(0) <= 512:
            found = __torch__.one_hot(slots_XJ, self.base + 1)
            x_XD = torch.mm(found, table_SD)
        else:
            found = __torch__.columns(slots_XJ, self.base + 1)
            x_XD = torch.embedding(table_SD, torch.select(found, 1, 0))
            for j in range(1, self.ell):
                x_XD = x_XD + torch.embedding(table_SD, torch.select(found, 1, j))
        return x_XD, found

    # Adds to the table's gradient.
    def embed_gradient(self: __torch__.Denoiser, dx_XD: Tensor, dtable_SD: Tensor, found: Tensor) -> Tensor:
        if dtable_SD.size(0) <= 512:
            dtable_SD.addmm_(torch.t(found), dx_XD)
        else:
            for j in range(self.ell):
                dtable_SD.index_add_(0, torch.select(found, 1, j), dx_XD)
        return dtable_SD

    # Weights: norm's gain, qkv, proj. Attention alone is left to autograd: its gradient differs from device to device.
    def attention(self: __torch__.Denoiser, x_XD: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor) -> Tuple[Tensor, List[Tensor]]:
        X, D = x_XD.size()
        n_XD, scale_X1 = __torch__.rms_norm(x_XD, w[0])
        n_XD = n_XD.type_as(w[1])
        qkv_BTH3h = __torch__.linear(n_XD, w[1], None).view([-1, cos.size(0), self.heads, 3, D // self.heads])
        q, k, v = torch.unbind(__torch__.rotate(qkv_BTH3h, cos, sin), 3)
        q_BHTh = torch.transpose(q, 1, 2).requires_grad_(True)
        k_BHTh = torch.transpose(k, 1, 2).requires_grad_(True)
        v_BHTh = torch.transpose(v, 1, 2).requires_grad_(True)
        torch.set_grad_enabled(True)
        y_BHTh = torch.scaled_dot_product_attention(q_BHTh, k_BHTh, v_BHTh, None, 0., self.causal)
        torch.set_grad_enabled(False)
        y_XD = torch.reshape(torch.transpose(torch.detach(y_BHTh), 1, 2), [X, D])
        return x_XD + __torch__.linear(y_XD, w[2], None), [x_XD, scale_X1, n_XD, q_BHTh, k_BHTh, v_BHTh, y_BHTh, y_XD]

    def attention_gradient(self: __torch__.Denoiser, dx_XD: Tensor, w: List[Tensor], had: List[Tensor], cos: Tensor, sin: Tensor) -> List[Tensor]:
        x_XD, scale_X1, n_XD, q_BHTh, k_BHTh, v_BHTh, y_BHTh, y_XD = had
        X, D = x_XD.size()
        dout_XD = dx_XD.type_as(w[2])
        dy_BTHh = __torch__.linear(dout_XD, torch.t(w[2]), None).view([-1, cos.size(0), self.heads, D // self.heads])
        dparts = annotate(List[Tensor], [])
        for dpart_BHTh in torch.grad([y_BHTh], [q_BHTh, k_BHTh, v_BHTh], annotate(List[Optional[Tensor]], [torch.transpose(dy_BTHh, 1, 2)]), None, False, False):
            dparts.append(torch.transpose(unchecked_cast(Tensor, dpart_BHTh), 1, 2))
        dqkv_XO = __torch__.rotate(torch.stack(dparts, 3), cos, torch.neg(sin)).view([X, 3 * D])
        dn_XD = __torch__.product(dqkv_XO, torch.t(w[1]), None)
        dnorm_XD, dgain_D = __torch__.rms_norm_gradient(dn_XD, x_XD, w[0], scale_X1)
        dweights = [dgain_D, __torch__.weight_gradient(dqkv_XO, n_XD), __torch__.weight_gradient(dout_XD, y_XD)]
        dx_XD.add_(dnorm_XD)
        return dweights

    # SwiGLU. Weights: norm's gain, w1, w2, w3.
    def feed_forward(self: __torch__.Denoiser, x_XD: Tensor, w: List[Tensor]) -> Tuple[Tensor, List[Tensor]]:
        n_XD, scale_X1 = __torch__.rms_norm(x_XD, w[0])
        n_XD = n_XD.type_as(w[1])
        a_XF = __torch__.linear(n_XD, w[1], None)
        b_XF = __torch__.linear(n_XD, w[2], None)
        s_XF = torch.silu(a_XF)
        return x_XD + __torch__.linear(s_XF * b_XF, w[3], None), [x_XD, scale_X1, n_XD, a_XF, b_XF, s_XF]

    def feed_forward_gradient(self: __torch__.Denoiser, dx_XD: Tensor, w: List[Tensor], had: List[Tensor]) -> List[Tensor]:
        x_XD, scale_X1, n_XD, a_XF, b_XF, s_XF = had
        dout_XD = dx_XD.type_as(w[3])
        dw3 = __torch__.weight_gradient(dout_XD, s_XF * b_XF)
        du_XF = __torch__.linear(dout_XD, torch.t(w[3]), None)
        db_XF = du_XF * s_XF
        da_XF = torch.silu_backward(du_XF.mul_(b_XF), a_XF)
        dn_XD = __torch__.product(da_XF, torch.t(w[1]), None).add_(__torch__.product(db_XF, torch.t(w[2]), None))
        dnorm_XD, dgain_D = __torch__.rms_norm_gradient(dn_XD, x_XD, w[0], scale_X1)
        dweights = [dgain_D, __torch__.weight_gradient(da_XF, n_XD), __torch__.weight_gradient(db_XF, n_XD), dw3]
        dx_XD.add_(dnorm_XD)
        return dweights

    # Rows of the residual stream that predict the positions to score. Column 0 is the separator: ARM predicts
    # from it, the others see it revealed.
    def predicting(self: __torch__.Denoiser, rows_N: Tensor, L: int) -> Tensor:
        rows = rows_N
        if not self.causal:
            rows = rows_N + torch.floor_divide(rows_N, L) + 1
        return rows

    # Hidden states of the positions to score [N, D], and what each box had.
    def hidden(self: __torch__.Denoiser, p: List[Tensor], codes_BT: Tensor, masks_BL: Tensor, rows_N: Tensor) -> Tuple[Tensor, List[List[Tensor]]]:
        L = masks_BL.size(1)
        if self.causal:
            x_XD, found = self.embed(p[0], torch.slice(codes_BT, 1, 0, L), torch.zeros_like(masks_BL))
            T = L
        else:
            x_XD, found = self.embed(p[0], codes_BT, torch.constant_pad_nd(masks_BL, [1, 0], 0))
            T = L + 1
        cos, sin = __torch__.rotary_angles(T, x_XD.size(1) // self.heads, x_XD)
        boxes = annotate(List[List[Tensor]], [])
        boxes.append([found, cos, sin])
        for i in range((torch.len(p) - 3) // 7):
            o = 1 + 7 * i
            x_XD, attention = self.attention(x_XD, p[o:o + 3], cos, sin)
            x_XD, feed_forward = self.feed_forward(x_XD, p[o + 3:o + 7])
            boxes.append(attention)
            boxes.append(feed_forward)
        x_ND = torch.index_select(x_XD, 0, self.predicting(rows_N, L))
        h_ND, scale_N1 = __torch__.rms_norm(x_ND, p[-2])
        boxes.append([x_ND, scale_N1])
        return h_ND, boxes

    # Gradients of all weights between embedding and head; the embedding's is added to dtable.
    def hidden_gradient(self: __torch__.Denoiser, dh_ND: Tensor, p: List[Tensor], dtable_SD: Tensor, boxes: List[List[Tensor]], masks_BL: Tensor, rows_N: Tensor) -> List[Tensor]:
        x_ND, scale_N1 = boxes.pop()
        found, cos, sin = boxes[0]
        dx_ND, dgain_D = __torch__.rms_norm_gradient(dh_ND, x_ND, p[-2], scale_N1)
        dx_XD = torch.zeros([masks_BL.size(0) * cos.size(0), dx_ND.size(1)], dtype=6, device=dx_ND.device)
        dx_XD = dx_XD.index_copy_(0, self.predicting(rows_N, masks_BL.size(1)), dx_ND)
        layers = (torch.len(p) - 3) // 7
        gradients = [dgain_D]
        for i in range(layers):
            o = 1 + 7 * (layers - 1 - i)
            feed_forward = self.feed_forward_gradient(dx_XD, p[o + 3:o + 7], boxes.pop())
            attention = self.attention_gradient(dx_XD, p[o:o + 3], boxes.pop(), cos, sin)
            gradients = attention + feed_forward + gradients
        self.embed_gradient(dx_XD, dtable_SD, found)
        return gradients

    # ---- the network, forward only ----
    #
    # The same boxes where nobody asks for a gradient. They write over the residual stream, and the last layer lets go of
    # the positions that are not to score once its attention has read them.

    # Rows of queries and keys with the halves of each head interleaved: a pair that turns is then a complex number. Their
    # products with each other stay as they are.
    def interleaved(self: __torch__.Denoiser, w_OD: Tensor) -> Tensor:
        parts = w_OD.view([self.heads, 3, 2, -1, w_OD.size(1)])
        turning = torch.transpose(torch.slice(parts, 1, 0, 2), 2, 3)
        return torch.cat([torch.flatten(turning, 2, 3), torch.flatten(torch.slice(parts, 1, 2), 2, 3)], 1).view(w_OD.size())

    # Rotary angles of queries and keys as complex numbers of length 1: [T, 1, 2, h / 2].
    def turns(self: __torch__.Denoiser, T: int, x_XD: Tensor) -> Tensor:
        h = x_XD.size(1) // self.heads
        cos, sin = __torch__.rotary_angles(T, h, x_XD)
        return torch.complex(torch.slice(torch.slice(cos, 2, 0, 2), 3, h // 2), torch.slice(torch.slice(sin, 2, 0, 2), 3, h // 2))

    # What attention reads, before the projection. Weights: norm's gain, qkv.
    def attended(self: __torch__.Denoiser, x_XD: Tensor, w: List[Tensor], turns: Tensor) -> Tensor:
        n_XD, scale_X1 = __torch__.rms_norm(x_XD, w[0])
        X, D = x_XD.size()
        T = turns.size(0)
        qkv_BTH3h = __torch__.linear(n_XD, self.interleaved(w[1]), None).view([-1, T, self.heads, 3, D // self.heads])
        turning = torch.slice(qkv_BTH3h, 3, 0, 2).view([-1, T, self.heads, 2, D // self.heads // 2, 2])
        torch.view_as_complex(turning).mul_(turns)
        q, k, v = torch.unbind(qkv_BTH3h, 3)
        y_BHTh = torch.scaled_dot_product_attention(torch.transpose(q, 1, 2), torch.transpose(k, 1, 2), torch.transpose(v, 1, 2), None, 0., self.causal)
        return torch.reshape(torch.transpose(y_BHTh, 1, 2), [X, D])

    # Final states of the positions to score [N, D].
    def states(self: __torch__.Denoiser, p: List[Tensor], codes_BT: Tensor, masks_BL: Tensor, rows_N: Tensor) -> Tensor:
        L = masks_BL.size(1)
        if self.causal:
            x_XD, found = self.embed(p[0], torch.slice(codes_BT, 1, 0, L), torch.zeros_like(masks_BL))
            T = L
        else:
            x_XD, found = self.embed(p[0], codes_BT, torch.constant_pad_nd(masks_BL, [1, 0], 0))
            T = L + 1
        turns = self.turns(T, x_XD)
        layers = (torch.len(p) - 3) // 7
        for i in range(layers):
            o = 1 + 7 * i
            y_XD = self.attended(x_XD, p[o:o + 2], turns)
            if i == layers - 1:
                rows = self.predicting(rows_N, L)
                x_XD = torch.index_select(x_XD, 0, rows)
                y_XD = torch.index_select(y_XD, 0, rows)
            __torch__.add_product(x_XD, y_XD, p[o + 2])
            n_XD, scale_X1 = __torch__.rms_norm(x_XD, p[o + 3])
            gate_XF = torch.silu_(__torch__.linear(n_XD, p[o + 4], None)).mul_(__torch__.linear(n_XD, p[o + 5], None))
            __torch__.add_product(x_XD, gate_XF, p[o + 6])
        h_ND, scale_N1 = __torch__.rms_norm(x_XD, p[-2])
        return h_ND

    # ---- token head of ARM and MDM: a softmax over all tokens ----

    # Rows of equal chunks of at most ten million logits, so that no [N, V] tensor lives; each chunk passes over the whole
    # gradient of the head.
    def softmax_rows(self: __torch__.Denoiser, N: int) -> int:
        chunks = max(1, (N * self.vocabulary + 9999999) // 10000000)
        return max(1, (N + chunks - 1) // chunks)

    # Probabilities [R, V], in the place z of the logits, and the true token's -log p and whether p itself underflows [R, 1].
    def token_softmax(self: __torch__.Denoiser, z_RV: Tensor, h_RD: Tensor, head_VD: Tensor, codes_R1: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
        q_RV = torch._softmax(__torch__.product_into(z_RV, h_RD, head_VD), 1, False, out=z_RV)
        true_R1 = torch.gather(q_RV, 1, codes_R1)
        cost_R1 = torch.neg(torch.log(true_R1))
        under_R1 = true_R1 < 1e-30
        if bool(torch.any(under_R1)):
            again_RV = __torch__.product(h_RD, head_VD, None)
            cost_R1 = torch.where(under_R1, torch.logsumexp(again_RV, [1], True) - torch.gather(again_RV, 1, codes_R1), cost_R1)
        return q_RV, cost_R1, under_R1

    # Costs [N, 2]: the digit is the token, its marginal cost the joint one. Of a block of rows and tokens only the logarithm
    # of its sum is kept, so its logits never leave a core's cache; a GPU takes the large chunks of a training.
    def softmax_costs(self: __torch__.Denoiser, h_ND: Tensor, head_VD: Tensor, codes_N: Tensor) -> Tensor:
        N, V = h_ND.size(0), head_VD.size(0)
        R, W = 512, 512
        if h_ND.is_cuda:
            R, W = self.softmax_rows(N), V
        costs = torch.zeros([N, 2], dtype=7, device=h_ND.device)
        place = torch.empty([R * W], dtype=6, device=h_ND.device)
        for i in range((N + R - 1) // R):
            h_RD = torch.slice(h_ND, 0, i * R, (i + 1) * R)
            sums = annotate(List[Tensor], [])
            for g in range((V + W - 1) // W):
                head_WD = torch.slice(head_VD, 0, g * W, (g + 1) * W)
                z_RW = torch.slice(place, 0, 0, h_RD.size(0) * head_WD.size(0)).view([h_RD.size(0), head_WD.size(0)])
                first_R1 = torch.slice(__torch__.product_into(z_RW, h_RD, head_WD), 1, 0, 1).clone()
                logp_RW = torch._log_softmax(z_RW, 1, False, out=z_RW)
                sums.append(first_R1 - torch.slice(logp_RW, 1, 0, 1))
            true_RD = torch.index_select(head_VD, 0, torch.slice(codes_N, 0, i * R, (i + 1) * R))
            cost_R = torch.logsumexp(torch.cat(sums, 1), [1]) - torch.sum(h_RD * true_RD, [1])
            torch.slice(costs, 0, i * R, (i + 1) * R).copy_(cost_R.unsqueeze(1).expand([-1, 2]))
        return costs

    # Weighted loss and underflows [2], and the gradient of the hidden states; that of the head is added to dhead. In closed
    # form: softmax minus one-hot.
    # A position's weight multiplies its row of the products' small sides instead of its V probabilities.
    def softmax_gradients(self: __torch__.Denoiser, h_ND: Tensor, head_VD: Tensor, dhead_VD: Tensor, codes_N: Tensor, weights_N: Tensor) -> Tuple[Tensor, Tensor]:
        found = torch.zeros([2], dtype=7, device=h_ND.device)
        dh_ND = torch.empty_like(h_ND)
        R = self.softmax_rows(h_ND.size(0))
        z_RV = torch.empty([R, head_VD.size(0)], dtype=6, device=h_ND.device)
        for i in range((h_ND.size(0) + R - 1) // R):
            h_RD = torch.slice(h_ND, 0, i * R, (i + 1) * R)
            w_R1 = torch.slice(weights_N, 0, i * R, (i + 1) * R).unsqueeze(1)
            codes_R1 = torch.slice(codes_N, 0, i * R, (i + 1) * R).unsqueeze(1)
            q_RV, cost_R1, under_R1 = self.token_softmax(torch.slice(z_RV, 0, 0, codes_R1.size(0)), h_RD, head_VD, codes_R1)
            found.add_(torch.stack([torch.sum((cost_R1 * w_R1).to(7)), torch.sum(under_R1).to(7)]))
            dz_RV = q_RV.scatter_add_(1, codes_R1, torch.full_like(cost_R1, -1.)).type_as(head_VD)
            torch.slice(dh_ND, 0, i * R, (i + 1) * R).copy_(__torch__.product(dz_RV, torch.t(head_VD), None).mul_(w_R1))
            __torch__.accumulate(dhead_VD, dz_RV, h_RD * w_R1)
        return found, dh_ND

    # ---- token head of Prime: a softmax over the tokens that agree with every revealed digit ----
    #
    # Rows of the head lie in code order and are read in blocks of neighbours. A position visits only the blocks
    # that hold a code without contradiction (Prime: less than a third of all, on average). Such a visit is a pair:
    # P pairs, G blocks, W codes of a block, S of them high halves; n positions that visit a block.

    # Codes of a block: about a thousand, whole low halves.
    def block(self: __torch__.Denoiser) -> int:
        low = int(self.base ** (self.ell - self.ell // 2))
        return low * max(1, 1024 // low)

    # Constants of the code order: bias [C], which no code without a token survives, and the one-hot digits
    # of the high [H, (J / 2) * b] and of the low [K, (J - J / 2) * b] half of a code.
    def code_tables(self: __torch__.Denoiser, head_CD: Tensor, image_V: Tensor) -> List[Tensor]:
        C = head_CD.size(0)
        bias_C = torch.full([C], -2e30, dtype=6, device=head_CD.device).index_fill_(0, image_V, 0.).type_as(head_CD)
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
            missing = (rows - (end - start) % rows) % rows
            pairs.append(torch.constant_pad_nd(torch.slice(rows_P, 0, start, end), [0, missing], 0))
            real.append((torch.arange(end - start + missing, dtype=4, device=rows_P.device) < end - start).unsqueeze(1))
            start = end
        return pairs, real

    # Column of each pair's true code in block g, and whether it is in there: [n, 1] each.
    def true_columns(self: __torch__.Denoiser, codes_n: Tensor, real_n1: Tensor, g: int, columns: int) -> Tuple[Tensor, Tensor]:
        column_n1 = (codes_n - g * self.block()).unsqueeze(1)
        inside_n1 = torch.bitwise_and(column_n1 >= 0, column_n1 < columns)
        return torch.clamp(column_n1, 0, columns - 1), torch.bitwise_and(inside_n1, real_n1)

    # Posterior of a chunk's positions. Each pair has a softmax q of its own (a list over the blocks, [n, W]
    # each); its share [P, 1] of the position makes q the posterior. Then per position: the masses of its digits'
    # values [R, J * b], p of the true token, and log of the sum of exp(z), [R, 1] each.
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
                z_nW = __torch__.product(torch.index_select(h_RD, 0, rows_n), head_WD, torch.slice(tables[0], 0, g * W, (g + 1) * W))
                K = low_RK.size(1)
                S = W // K
                high_nS = torch.index_select(torch.slice(high_RH, 1, g * S, (g + 1) * S), 0, rows_n)
                z_nW.view([n, -1, K]).add_(high_nS.unsqueeze(2)).add_(torch.index_select(low_RK, 0, rows_n).unsqueeze(1))
                q_nW = torch.softmax(z_nW, 1)
                peaks.append(torch.amax(z_nW, [1], True))
                sums.append(torch.reciprocal(torch.amax(q_nW, [1], True)))
                column_n1, inside_n1 = self.true_columns(torch.index_select(codes_R, 0, rows_n), real[g], g, q_nW.size(1))
                hits.append(torch.gather(q_nW, 1, column_n1) * inside_n1)
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

    # Which values a digit does not have: [R, J, b].
    def others(self: __torch__.Denoiser, y_RJ: Tensor) -> Tensor:
        return torch.ne(y_RJ.unsqueeze(2), torch.arange(self.base, dtype=4, device=y_RJ.device))

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
            cost_RJ, odds, false, under = self.digit_costs(mass_RX, torch.slice(y_NJ, 0, start, end), torch.slice(other_NJb, 0, start, end), joint_R1)
            marginal_R1 = torch.sum((cost_RJ * torch.slice(masked_NJ, 0, start, end)).to(7), [1], True)
            torch.slice(costs, 0, start, end).copy_(torch.cat([marginal_R1.to(7), joint_R1.to(7)], 1))
            start = end
        return costs

    # As softmax_gradients.
    def token_gradients(self: __torch__.Denoiser, h_ND: Tensor, head_CD: Tensor, dhead_CD: Tensor, image_V: Tensor, codes_N: Tensor, masked_NJ: Tensor, weights_N: Tensor) -> Tuple[Tensor, Tensor]:
        tables = self.code_tables(head_CD, image_V)
        y_NJ = __torch__.digits(codes_N, self.ell, self.base)
        other_NJb = self.others(y_NJ)
        high_NH, low_NK, visits_NG = self.carry_over(tables, other_NJb, masked_NJ)
        found = torch.zeros([2], dtype=7, device=h_ND.device)
        dh_ND = torch.zeros(h_ND.size(), dtype=6, device=h_ND.device)
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
                        dz_nW = q[g].mul_(share_n1 * torch.index_select(w_R1, 0, rows_n))
                    else:
                        K = low_RK.size(1)
                        high_nS = torch.index_select(torch.slice(high_RH, 1, g * (W // K), (g + 1) * (W // K)), 0, rows_n) * share_n1
                        low_nK = torch.index_select(low_RK, 0, rows_n) * share_n1
                        dz_nW = q[g].mul_(torch.reshape(high_nS.unsqueeze(2) + low_nK.unsqueeze(1), [n, -1]))
                    if pushes:
                        column_n1, inside_n1 = self.true_columns(torch.index_select(codes_R, 0, rows_n), real[g], g, dz_nW.size(1))
                        dz_nW = dz_nW.scatter_add_(1, column_n1, torch.neg(torch.index_select(push_R1, 0, rows_n) * inside_n1))
                    dz_nW = dz_nW.type_as(head_CD)
                    head_WD = torch.slice(head_CD, 0, g * W, (g + 1) * W)
                    dh_RD.index_add_(0, rows_n, __torch__.product(dz_nW, torch.t(head_WD), None))
                    __torch__.accumulate(torch.slice(dhead_CD, 0, g * W, (g + 1) * W), dz_nW, torch.index_select(h_RD, 0, rows_n))
            start = end
        return found, dh_ND

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

    # As softmax_gradients.
    def sub_token_gradients(self: __torch__.Denoiser, h_ND: Tensor, head_XD: Tensor, dhead_XD: Tensor, image_V: Tensor, codes_N: Tensor, masked_NJ: Tensor, weights_N: Tensor) -> Tuple[Tensor, Tensor]:
        found = torch.zeros([2], dtype=7, device=h_ND.device)
        dh_ND = torch.empty_like(h_ND)
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
        return found, dh_ND

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
        # The large ones first, or they tear holes into the memory of what comes and goes. They leave theirs to the next
        # step, enlarged by the spacer: an aligned block needs a little more than its own size (glibc before 2.38).
        dtable_SD = torch.zeros_like(p[0])
        dhead = torch.zeros_like(p[-1])
        spacer = torch.zeros([65536], dtype=7, device=codes_BT.device)
        total = annotate(List[Tensor], [])
        for i in range(B // M):
            codes = torch.slice(codes_BT, 0, i * M, (i + 1) * M)
            masks = torch.slice(masks_BL, 0, i * M, (i + 1) * M)
            weights = torch.slice(weights_B, 0, i * M, (i + 1) * M) / (B * L)
            rows_N = torch.squeeze(torch.nonzero(torch.reshape(masks, [-1])), 1)
            codes_N = torch.index_select(torch.reshape(torch.slice(codes, 1, 1), [-1]), 0, rows_N)
            masked_NJ = __torch__.bits(torch.index_select(torch.reshape(masks, [-1]), 0, rows_N), self.ell)
            weights_N = torch.index_select(weights, 0, torch.floor_divide(rows_N, L))
            h_ND, boxes = self.hidden(copies, codes, masks, rows_N)
            if self.sub_token:
                found, dh_ND = self.sub_token_gradients(h_ND, copies[-1], dhead, image_V, codes_N, masked_NJ, weights_N)
            elif self.ell == 1:
                found, dh_ND = self.softmax_gradients(h_ND, copies[-1], dhead, codes_N, weights_N)
            else:
                found, dh_ND = self.token_gradients(h_ND, copies[-1], dhead, image_V, codes_N, masked_NJ, weights_N)
            part = self.hidden_gradient(dh_ND, copies, dtable_SD, boxes, masks, rows_N)
            part.append(found)
            if i == 0:
                total = part
            else:
                torch._foreach_add_(total, part)
        found = total.pop() + torch.slice(spacer, 0, 0, 2)
        return [dtable_SD] + total + [dhead, found]

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
            h_ND = self.states(p, codes, masks, rows_N)
            if self.sub_token:
                costs_N2 = self.sub_token_costs(h_ND, p[-1], image_V, codes_N, masked_NJ)
            elif self.ell == 1:
                costs_N2 = self.softmax_costs(h_ND, p[-1], codes_N)
            else:
                costs_N2 = self.token_costs(h_ND, p[-1], image_V, codes_N, masked_NJ)
            sums.index_add_(0, torch.floor_divide(rows_N, L) + i * M, costs_N2)
        return sums

    # ---- generation: forward only ----

    # Final states of the positions to fill: [N, D].
    def final_states(self: __torch__.Denoiser, p: List[Tensor], codes_BT: Tensor, masks_BL: Tensor, rows_N: Tensor) -> Tensor:
        torch.set_grad_enabled(False)
        return self.states(p, codes_BT, masks_BL, rows_N)

    # What the head gives them, without carry-over: [N, C] in code order, or [N, J * (b - 1)] of the sub-token head.
    def logits(self: __torch__.Denoiser, p: List[Tensor], h_ND: Tensor) -> Tensor:
        torch.set_grad_enabled(False)
        return __torch__.product(h_ND, p[-1], None)

    # Reads the codes from position `start` on, all of a sequence's beginning or one more, and gives the final
    # state of the last of them [1, D]. k: of each layer the keys and the values of what was read,
    # [1, T, heads, head width] with room for the longest sequence.
    def read_on(self: __torch__.Denoiser, p: List[Tensor], k: List[Tensor], codes_1N: Tensor, start: Tensor) -> Tensor:
        torch.set_grad_enabled(False)
        first = int(start[0])
        end = first + codes_1N.size(1)
        x_XD, found = self.embed(p[0], codes_1N, torch.zeros_like(codes_1N))
        X, D = x_XD.size()
        all_cos, all_sin = __torch__.rotary_angles(end, D // self.heads, x_XD)
        cos = torch.slice(all_cos, 0, first, end)
        sin = torch.slice(all_sin, 0, first, end)
        for i in range((torch.len(p) - 3) // 7):
            o = 1 + 7 * i
            n_XD, scale_X1 = __torch__.rms_norm(x_XD, p[o])
            qkv_BTH3h = __torch__.linear(n_XD, p[o + 1], None).view([1, X, self.heads, 3, D // self.heads])
            query, key, value = torch.unbind(__torch__.rotate(qkv_BTH3h, cos, sin), 3)
            torch.slice(k[2 * i], 1, first, end).copy_(key)
            torch.slice(k[2 * i + 1], 1, first, end).copy_(value)
            keys_BHTh = torch.transpose(torch.slice(k[2 * i], 1, 0, end), 1, 2)
            values_BHTh = torch.transpose(torch.slice(k[2 * i + 1], 1, 0, end), 1, 2)
            y_BHTh = torch.scaled_dot_product_attention(torch.transpose(query, 1, 2), keys_BHTh, values_BHTh, None, 0., first == 0)
            x_XD = x_XD + __torch__.linear(torch.reshape(torch.transpose(y_BHTh, 1, 2), [X, D]), p[o + 2], None)
            x_XD, had = self.feed_forward(x_XD, p[o + 3:o + 7])
        h_1D, scale_11 = __torch__.rms_norm(torch.slice(x_XD, 0, -1), p[-2])
        return h_1D

    def forward(self: __torch__.Denoiser, p: List[Tensor], image_V: Tensor, codes_BT: Tensor, masks_BL: Tensor) -> Tensor:
        return self.costs(p, image_V, codes_BT, masks_BL)
