# Matrix products by libtorch's own choice: MKL on a CPU, cuBLAS on a GPU.

# x @ w^T in the weight's dtype, differentiable.
def linear(x_BTI: Tensor, w_OI: Tensor) -> Tensor:
    return torch.linear(x_BTI.type_as(w_OI), w_OI)

# x @ w^T (+ bias) in the weight's dtype, returned as float32, without gradient.
def product(x_XI: Tensor, w_OI: Tensor, bias_O: Optional[Tensor]) -> Tensor:
    return torch.linear(x_XI.type_as(w_OI), w_OI, bias_O).to(6)
