# Matrix products through oneDNN. CPU only.

# x @ w^T in the weight's dtype, differentiable.
def linear(x_BTI: Tensor, w_OI: Tensor) -> Tensor:
    if torch.element_size(w_OI) == 2:
        # oneDNN's differentiable product is float32 only; libtorch takes bfloat16 to oneDNN by itself.
        y_BTO = torch.linear(x_BTI.type_as(w_OI), w_OI)
    else:
        x_XI = torch.to_mkldnn(torch.reshape(x_BTI, [-1, x_BTI.size(-1)]))
        y_XO = torch.to_dense(torch.mkldnn_linear(x_XI, w_OI))
        y_BTO = y_XO.view([x_BTI.size(0), x_BTI.size(1), -1])
    return y_BTO

# x @ w^T (+ bias) in the weight's dtype, returned as float32, without gradient.
def product(x_XI: Tensor, w_OI: Tensor, bias_O: Optional[Tensor]) -> Tensor:
    y_XO = ops.mkldnn._linear_pointwise(x_XI.type_as(w_OI), w_OI, bias_O, "none", annotate(List[Optional[number]], []), "")
    return y_XO.to(6)
