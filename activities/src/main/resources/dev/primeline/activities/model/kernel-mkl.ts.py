# Matrix products by libtorch's own choice: MKL on a CPU, cuBLAS on a GPU.

# x @ w^T (+ bias) in the weight's dtype.
def linear(x_XI: Tensor, w_OI: Tensor, bias_O: Optional[Tensor]) -> Tensor:
    return torch.linear(x_XI.type_as(w_OI), w_OI, bias_O)

# The same, returned as float32.
def product(x_XI: Tensor, w_OI: Tensor, bias_O: Optional[Tensor]) -> Tensor:
    return __torch__.linear(x_XI, w_OI, bias_O).to(6)

# The same into a float32 place.
def product_into(y_XO: Tensor, x_XI: Tensor, w_OI: Tensor) -> Tensor:
    if torch.element_size(w_OI) == 4:
        torch.mm(x_XI, torch.t(w_OI), out=y_XO)
    else:
        y_XO.copy_(__torch__.product(x_XI, w_OI, None))
    return y_XO

# total += x @ w^T, where total is float32.
def add_product(total_XO: Tensor, x_XI: Tensor, w_OI: Tensor) -> Tensor:
    if torch.element_size(w_OI) == 4:
        total_XO.addmm_(x_XI, torch.t(w_OI))
    else:
        total_XO.add_(__torch__.product(x_XI, w_OI, None))
    return total_XO

# Gradient of w in x @ w^T, float32.
def weight_gradient(dy_XO: Tensor, x_XI: Tensor) -> Tensor:
    return __torch__.product(torch.t(dy_XO), torch.t(x_XI), None)

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
