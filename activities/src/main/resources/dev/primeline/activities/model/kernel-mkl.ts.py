# Matrix products by libtorch's own choice: MKL on a CPU, cuBLAS on a GPU.

# x @ w^T in the weight's dtype, differentiable.
def linear(x_BTI: Tensor, w_OI: Tensor) -> Tensor:
    return torch.linear(x_BTI.type_as(w_OI), w_OI)

# x @ w^T (+ bias) in the weight's dtype, returned as float32, without gradient.
def product(x_XI: Tensor, w_OI: Tensor, bias_O: Optional[Tensor]) -> Tensor:
    return torch.linear(x_XI.type_as(w_OI), w_OI, bias_O).to(6)

# total += x^T @ y, where total is float32.
def accumulate(total_OI: Tensor, x_XO: Tensor, y_XI: Tensor) -> Tensor:
    if torch.element_size(x_XO) == 4:
        total_OI.addmm_(torch.t(x_XO), y_XI)
    else:
        total_OI.add_(torch.mm(torch.t(x_XO), y_XI.type_as(x_XO)))
    return total_OI

# What numbers of rows should be multiples of: bfloat16 goes to oneDNN, which compiles and keeps a product for every
# shape that it meets.
def row_multiple(w_OI: Tensor) -> int:
    rows = 1
    if torch.element_size(w_OI) == 2:
        rows = 16
    return rows
