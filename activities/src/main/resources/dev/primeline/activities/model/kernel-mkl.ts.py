# Matrix products by libtorch's own choice: MKL on a CPU, cuBLAS on a GPU.

# x @ w^T, differentiable.
def linear(x_BTI: Tensor, w_OI: Tensor) -> Tensor:
    return torch.linear(x_BTI, w_OI)

# x @ w^T (+ bias), without gradient.
def product(x_XI: Tensor, w_OI: Tensor, bias_O: Optional[Tensor]) -> Tensor:
    return torch.linear(x_XI, w_OI, bias_O)
