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

# total += x^T @ y, where total is float32.
def accumulate(total_OI: Tensor, x_XO: Tensor, y_XI: Tensor) -> Tensor:
    return total_OI.add_(__torch__.product(torch.t(x_XO), torch.t(y_XI), None))

# What numbers of rows should be multiples of: oneDNN compiles and keeps a product for every shape that it meets.
def row_multiple(w_OI: Tensor) -> int:
    return 16
