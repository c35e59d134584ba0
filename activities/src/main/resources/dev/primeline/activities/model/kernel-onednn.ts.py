# Matrix products through oneDNN. CPU only.

# x @ w^T (+ bias) in the weight's dtype. oneDNN has bfloat16 for processors with AVX-512 alone; libtorch has a slow one for others.
def linear(x_XI: Tensor, w_OI: Tensor, bias_O: Optional[Tensor]) -> Tensor:
    if torch.element_size(w_OI) == 2 and not ops.mkldnn._is_mkldnn_bf16_supported():
        y_XO = torch.linear(x_XI.type_as(w_OI), w_OI, bias_O)
    else:
        y_XO = ops.mkldnn._linear_pointwise(x_XI.type_as(w_OI), w_OI, bias_O, "none", annotate(List[Optional[number]], []), "")
    return y_XO

# The same, returned as float32.
def product(x_XI: Tensor, w_OI: Tensor, bias_O: Optional[Tensor]) -> Tensor:
    return __torch__.linear(x_XI, w_OI, bias_O).to(6)

# The same into a float32 place.
def product_into(y_XO: Tensor, x_XI: Tensor, w_OI: Tensor) -> Tensor:
    return y_XO.copy_(__torch__.product(x_XI, w_OI, None))

# total += x @ w^T, where total is float32.
def add_product(total_XO: Tensor, x_XI: Tensor, w_OI: Tensor) -> Tensor:
    return total_XO.add_(__torch__.product(x_XI, w_OI, None))

# Gradient of w in x @ w^T, float32.
def weight_gradient(dy_XO: Tensor, x_XI: Tensor) -> Tensor:
    return __torch__.product(torch.t(dy_XO), torch.t(x_XI), None)

# total += x^T @ y, where total is float32.
def accumulate(total_OI: Tensor, x_XO: Tensor, y_XI: Tensor) -> Tensor:
    return total_OI.add_(__torch__.product(torch.t(x_XO), torch.t(y_XI), None))

# What numbers of rows should be multiples of: oneDNN compiles and keeps a product for every shape that it meets.
def row_multiple(w_OI: Tensor) -> int:
    return 16
