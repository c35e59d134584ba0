# Matrix products in fp32 through oneDNN. CPU only.

# x @ w^T, differentiable.
def linear(x_BTI: Tensor, w_OI: Tensor) -> Tensor:
    x_XI = torch.to_mkldnn(torch.reshape(x_BTI, [-1, x_BTI.size(-1)]))
    y_XO = torch.to_dense(torch.mkldnn_linear(x_XI, w_OI))
    return y_XO.view([x_BTI.size(0), x_BTI.size(1), -1])

# x @ w^T (+ bias), without gradient.
def product(x_XI: Tensor, w_OI: Tensor, bias_O: Optional[Tensor]) -> Tensor:
    return ops.mkldnn._linear_pointwise(x_XI, w_OI, bias_O, "none", annotate(List[Optional[number]], []), "")
