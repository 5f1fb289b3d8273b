"""Fused kernels as the steps that they take inside, for Monte-Carlo arithmetic: where a kernel may cancel inside, the
error of its result is not a few units. Each step is moved by `a`, the arithmetic; formulas are PyTorch's."""

import math

import torch

_UNIT_OF_FLOAT = 2.0**-24
_SQRT_HALF = math.sqrt(0.5)
_TANH_SCALE, _TANH_CUBIC = math.sqrt(2 / math.pi), 0.044715


def _softmax(a, func, x, dim, half_to_float):
    if not x.numel():
        return func(x, dim, half_to_float)
    e = _exp_shifted(a, x, [dim])[0]
    total = a.sum(e, _dims(x, dim))
    return a.move(e / total, 1, e == total)


def _log_softmax(a, func, x, dim, half_to_float):
    if not x.numel():
        return func(x, dim, half_to_float)
    e, shifted, _ = _exp_shifted(a, x, [dim])
    return a.add(shifted, -a.move(torch.log(a.sum(e, _dims(x, dim))), 2))


def _logsumexp(a, func, x, dim, keepdim=False):
    if not x.numel():
        return func(x, dim, keepdim)
    e, _, largest = _exp_shifted(a, x, dim)
    out = a.add(a.move(torch.log(a.sum(e, _dims(x, *dim))), 2), largest)
    return out if keepdim or not x.dim() else out.squeeze(tuple(dim))


def _exp_shifted(a, x, dim):
    largest = torch.amax(x, dim=dim, keepdim=True) if x.dim() else x
    largest = torch.where(largest.isfinite(), largest, torch.zeros_like(largest))
    shifted = a.move(x - largest, 1)
    return a.exp(shifted), shifted, largest


def _dims(x, *dim):
    return list(dim) if x.dim() else []


def _softmax_backward(a, func, grad, y, dim, dtype):
    return a.move(y * a.move(grad - a.sum(a.product(grad, y), _dims(y, dim)), 1), 1)


def _log_softmax_backward(a, func, grad, y, dim, dtype):
    return a.move(grad - a.product(a.exp(y), a.sum(grad, _dims(y, dim))), 1)


def _var(a, func, x, dim=None, *, correction=None, keepdim=False):
    if not x.numel():
        return func(x, dim, correction=correction, keepdim=keepdim)
    dims = list(dim) if dim else list(range(x.dim()))
    n = math.prod(x.shape[d] for d in dims)
    total = a.sum(_squares(a, x, a.mean(x, dims)), dims, keepdim=keepdim)
    return a.move(total / torch.full((), max(0, n - (1 if correction is None else correction)), dtype=x.dtype), 1)


def _squares(a, x, mean):
    """Of the deviations from the mean, which both factors and all elements see rounded by themselves: as where it is updated with
    each element (Welford, 1962)."""
    if mean.numel() == x.numel():
        return torch.zeros_like(x)
    one, other = (a.move(x - a.used(mean.expand(x.shape)), 1) for _ in range(2))
    return a.move(one * other, 1)


def _layer_norm(a, func, x, normalized_shape, weight, bias, eps):
    if not x.numel():
        return func(x, normalized_shape, weight, bias, eps)
    dims = list(range(x.dim() - len(normalized_shape), x.dim()))
    n = math.prod(normalized_shape)
    mean = a.mean(x, dims)
    deviation = a.move(x - mean, 1)
    variance = a.move(a.sum(_squares(a, x, mean), dims) / n, 1)
    rstd = a.move(torch.rsqrt(a.move(variance + a.scalar(eps), 1)), 2)
    out = a.move(deviation * rstd, 1)
    out = out if weight is None else a.move(out * weight, 1)
    return out if bias is None else a.move(out + bias, 1), mean, rstd


def _layer_norm_backward(a, func, grad, x, normalized_shape, mean, rstd, weight, bias, mask):
    if not x.numel():
        return func(grad, x, normalized_shape, mean, rstd, weight, bias, mask)
    dims = list(range(x.dim() - len(normalized_shape), x.dim()))
    outer = list(range(x.dim() - len(normalized_shape)))
    normal = a.move(a.move(x - mean, 1) * rstd, 1)
    d = grad if weight is None else a.move(grad * weight, 1)
    inner = a.move(a.move(d - a.mean(d, dims), 1) - a.move(normal * a.mean(a.move(d * normal, 1), dims), 1), 1)
    to_outer = (lambda t: a.sum(t, outer, keepdim=False)) if outer else (lambda t: t)
    return (a.move(inner * rstd, 1) if mask[0] else None,
            to_outer(a.move(grad * normal, 1)) if mask[1] else None,
            to_outer(grad.clone()) if mask[2] else None)


def _gelu(a, func, x, *, approximate="none"):
    return a.move(x * _gelu_gate(a, x, approximate)[0], 1)


def _gelu_gate(a, x, approximate):
    """The factor of x, and its derivative; to the left 1 + erf and 1 + tanh cancel, far out nothing is left of them."""
    far = x.abs() > 40
    if approximate == "none":
        gate = a.move(0.5 * a.move(1 + a.move(torch.erf(a.move(x * _SQRT_HALF, 1)), 2, far), 1, far), 1, far)
        density = a.move(torch.exp(a.move(-0.5 * x * x, 2)), 2) * (_TANH_SCALE / 2)
        return gate, a.move(density, 1)
    inner = a.move(_TANH_SCALE * a.move(x + a.move(_TANH_CUBIC * x * x * x, 3), 1), 1)
    t = a.move(torch.tanh(inner), 2, far)
    slope = a.move(_TANH_SCALE * a.move(1 + 3 * _TANH_CUBIC * x * x, 3), 1)
    return (a.move(0.5 * a.move(1 + t, 1, far), 1, far),
            a.move(0.5 * a.move(1 - a.move(t * t, 1, far), 1) * slope, 2))


def _gelu_backward(a, func, grad, x, *, approximate="none"):
    gate, derivative = _gelu_gate(a, x, approximate)
    return a.move(grad * a.move(gate + a.move(x * derivative, 1), 1), 1)


def _silu_backward(a, func, grad, x):
    gate = a.move(torch.sigmoid(x), 2, x.abs() > 800)
    return a.move(grad * a.move(gate * a.move(1 + a.move(x * a.move(1 - gate, 1), 1), 1), 1), 1)


def _softplus(a, func, x, beta=1, threshold=20):
    return a.move(torch.where(x * beta > threshold, x, torch.log1p(torch.exp(a.move(x * beta, 1))) / beta), 3)


def _softplus_backward(a, func, grad, x, beta, threshold):
    e = torch.exp(a.move(x * beta, 1))
    return a.move(torch.where(x * beta > threshold, grad, grad * e / (e + 1)), 3)


def _difference(a, x, target):
    return a.move(x - target, 1)


def _reduced(a, loss, reduction):
    """reduction: 0 none, 1 mean, 2 sum; the mean of nothing is NaN."""
    if reduction == 0:
        return loss
    total = a.sum(loss, list(range(loss.dim())), keepdim=False)
    return a.move(total / torch.full((), loss.numel(), dtype=loss.dtype), 1) if reduction == 1 else total


def _share(a, grad, x, reduction):
    """The gradient of one element's loss, as large as the broadcast loss."""
    return a.move(grad / x.numel(), 1) if reduction == 1 and x.numel() else grad


def _mse_loss(a, func, x, target, reduction=1):
    d = _difference(a, x, target)
    return _reduced(a, a.move(d * d, 1), reduction)


def _mse_loss_backward(a, func, grad, x, target, reduction):
    return a.product(2 * _difference(a, x, target), _share(a, grad, x, reduction))


def _huber_loss(a, func, x, target, reduction=1, delta=1.0):
    d = _difference(a, x, target).abs()
    loss = torch.where(d <= delta, 0.5 * a.move(d * d, 1), delta * a.move(d - 0.5 * delta, 2))
    return _reduced(a, a.move(loss, 1), reduction)


def _huber_loss_backward(a, func, grad, x, target, reduction, delta):
    d = _difference(a, x, target)
    return a.product(torch.clamp(d, -delta, delta), _share(a, grad, x, reduction))


def _nll_loss(a, func, x, target, weight, reduction, ignore_index):
    if reduction == 0 or not x.numel():
        out, total = func(x, target, weight, reduction, ignore_index)
        return a.move(out, 0 if weight is None else 1), total
    units = a.units_of_terms(target.numel())
    weight = None if weight is None else a.moved(weight, max(units, 1))
    out, total = func(a.moved(x, units), target, weight, reduction, ignore_index)
    return a.move(out, 1 if reduction == 1 and target.numel() > 1 else 0), a.move(total, 0 if weight is None else 1)


def _nll_loss_backward(a, func, grad, x, target, weight, reduction, ignore_index, total_weight):
    out = func(grad, x, target, weight, reduction, ignore_index, total_weight)
    return a.move(out, 2 if weight is not None or reduction == 1 else 0)


def _bce_with_logits(a, func, x, target, weight=None, pos_weight=None, reduction=1):
    """(1 - t) x + (1 + (p - 1) t) softplus(-x): what PyTorch computes since 2.1."""
    tail = a.move(-torch.nn.functional.logsigmoid(x), 3)
    factor = 1.0 if pos_weight is None else a.move(1 + a.move(a.move(pos_weight - 1, 1) * target, 1), 1)
    loss = a.move(a.move(a.move(1 - target, 1) * x, 1) + a.move(tail * factor, 1), 1)
    return _reduced(a, loss if weight is None else a.move(loss * weight, 1), reduction)


def _logaddexp(a, func, x, y):
    return a.add(torch.maximum(x, y), a.move(torch.log1p(a.exp(a.move(-(x - y).abs(), 1))), 2))


def _lerp(a, func, x, end, weight):
    weight = weight if isinstance(weight, torch.Tensor) else torch.full_like(x, a.scalar(weight))
    way = a.move(end - x, 1)
    return a.move(torch.where(weight < 0.5, x + a.move(weight * way, 1), end - a.move(way * a.move(1 - weight, 1), 1)), 1)


def _addcmul(a, func, x, one, other, *, value=1):
    return a.add(x, a.move(a.scalar(value) * a.product(one, other), 0 if value == 1 else 1))


def _addcdiv(a, func, x, one, other, *, value=1):
    return a.add(x, a.move(a.scalar(value) * a.move(one / other, 1), 0 if value == 1 else 1))


def _mish_gate(a, x):
    return a.move(torch.tanh(a.move(torch.nn.functional.softplus(x), 3)), 2, x > 20)


def _mish(a, func, x):
    return a.move(x * _mish_gate(a, x), 1)


def _mish_backward(a, func, grad, x):
    gate = _mish_gate(a, x)
    slope = a.move(a.move(x * a.move(torch.sigmoid(x), 2), 1) * a.move(1 - a.move(gate * gate, 1, gate == 1), 1), 1)
    return a.move(grad * a.move(gate + slope, 1), 1)


def _hardswish_backward(a, func, grad, x):
    inner = a.move(grad * a.move(a.move(x / 3, 1) + 0.5, 1), 1)
    return torch.where(x.abs() < 3, inner, func(grad, x))


def _hardsigmoid_backward(a, func, grad, x):
    """The 1/6 of PyTorch's kernel is a float32 number in every type."""
    return a.move(func(grad, x), max(1, _UNIT_OF_FLOAT / 2 / a.unit))


def _sinc(a, func, x):
    angle = a.move(math.pi * x, 1)
    return torch.where(x == 0, torch.ones_like(x), a.move(a.move(torch.sin(angle), 2) / angle, 1))


def _smooth_l1_loss(a, func, x, target, reduction=1, beta=1.0):
    d = _difference(a, x, target).abs()
    loss = torch.where(d < beta, a.move(a.move(0.5 * a.move(d * d, 1), 1) / a.scalar(beta), 1), a.move(d - 0.5 * a.scalar(beta), 1))
    return _reduced(a, loss, reduction)


def _smooth_l1_loss_backward(a, func, grad, x, target, reduction, beta):
    d = _difference(a, x, target)
    return a.product(torch.clamp(a.move(d / a.scalar(beta), 1), -1, 1), _share(a, grad, x, reduction))


def _soft_margin_loss(a, func, x, target, reduction=1):
    return _reduced(a, a.move(torch.log1p(a.exp(a.product(-target, x))), 2), reduction)


def _soft_margin_loss_backward(a, func, grad, x, target, reduction=1):
    z = a.exp(a.product(-target, x))
    return a.product(a.move(-target * z / (z + 1), 3), _share(a, grad, x, reduction))


def _std(a, func, x, dim=None, *, correction=None, keepdim=False):
    return a.move(torch.sqrt(_var(a, func, x, dim, correction=correction, keepdim=keepdim)), 1)


def _spread_and_mean(spread):
    def steps(a, func, x, dim=None, *, correction=None, keepdim=False):
        if not x.numel():
            return func(x, dim, correction=correction, keepdim=keepdim)
        dims = list(dim) if dim else list(range(x.dim()))
        mean = a.mean(x, dims)
        return spread(a, func, x, dim, correction=correction, keepdim=keepdim), mean if keepdim else mean.squeeze(tuple(dims))

    return steps


def _vector_norm(a, func, x, p=2, dim=None, keepdim=False, *, dtype=None):
    if not x.numel() or math.isinf(p) or p == 0:
        return func(x, p, dim, keepdim)
    dims = [dim] if isinstance(dim, int) else list(dim) if dim else list(range(x.dim()))
    total = a.sum(a.move(x.abs() ** p, 0 if p == 1 else 2), _dims(x, *dims), keepdim)
    return a.move(total ** (1 / p), 0 if p == 1 else 2)


def _bce(a, func, x, target, weight=None, reduction=1):
    yes, no = a.move(torch.log(x), 2).clamp(min=-100), a.move(torch.log1p(-x), 2).clamp(min=-100)
    loss = a.move(a.move(a.move(target - 1, 1) * no, 1) - a.move(target * yes, 1), 1)
    return _reduced(a, loss if weight is None else a.move(loss * weight, 1), reduction)


def _bce_backward(a, func, grad, x, target, weight=None, reduction=1):
    slope = a.move(a.move(x - target, 1) / a.move(a.move(1 - x, 1) * x, 1).clamp(min=1e-12), 1)
    slope = slope if weight is None else a.move(slope * weight, 1)
    return a.product(slope, _share(a, grad, x, reduction))


def _batch_norm(a, func, x, weight, bias, mean, var, training, momentum, eps):
    if not x.numel():
        return func(x, weight, bias, mean, var, training, momentum, eps)
    shape, dims = _channels(x)
    if training:
        mean, var = _statistics(a, x, dims)
    rstd = a.move(torch.rsqrt(a.move(var.view(shape) + a.scalar(eps), 1)), 2)
    out = _affine(a, x, mean.view(shape), rstd, weight, bias, shape)
    return (out, mean.flatten(), rstd.flatten()) if training else (out, None, None)


def _channels(x):
    """The shape of one number a channel, and the other dimensions."""
    return [1, -1] + [1] * (x.dim() - 2), [d for d in range(x.dim()) if d != 1]


def _statistics(a, x, dims):
    n = math.prod(x.shape[d] for d in dims)
    mean = a.mean(x, dims)
    return mean, a.move(a.sum(_squares(a, x, mean), dims) / n, 1)


def _affine(a, x, mean, rstd, weight, bias, shape):
    """x·scale + (bias − mean·scale), which PyTorch computes in the place of (x − mean)·scale + bias."""
    scale = rstd if weight is None else a.move(rstd * weight.view(shape), 1)
    shift = -a.move(mean * scale, 1)
    shift = shift if bias is None else a.move(shift + bias.view(shape), 1)
    return a.move(a.move(x * scale, 1) + shift, 1)


def _batch_norm_backward(a, func, grad, x, weight, mean, var, save_mean, save_rstd, training, eps, mask):
    if not x.numel():
        return func(grad, x, weight, mean, var, save_mean, save_rstd, training, eps, mask)
    shape, dims = _channels(x)
    if training:
        mean, rstd = save_mean.view(shape), save_rstd.view(shape)
    else:
        mean, rstd = mean.view(shape), a.move(torch.rsqrt(a.move(var.view(shape) + a.scalar(eps), 1)), 2)
    normal = a.move(a.move(x - mean, 1) * rstd, 1)
    inner = grad
    if training:
        inner = a.move(a.move(grad - a.mean(grad, dims), 1) - a.move(normal * a.mean(a.move(grad * normal, 1), dims), 1), 1)
    scale = rstd if weight is None else a.move(rstd * weight.view(shape), 1)
    return (a.move(inner * scale, 1) if mask[0] else None,
            a.sum(a.move(grad * normal, 1), dims, keepdim=False) if mask[1] else None,
            a.sum(grad.clone(), dims, keepdim=False) if mask[2] else None)


def _group_norm(a, func, x, weight, bias, n, c, each, groups, eps):
    if not x.numel():
        return func(x, weight, bias, n, c, each, groups, eps)
    by_group = x.reshape(n, groups, c // groups, each)
    mean, var = _statistics(a, by_group, [2, 3])
    rstd = a.move(torch.rsqrt(a.move(var + a.scalar(eps), 1)), 2)
    out = _affine(a, by_group, mean, rstd, weight, bias, (1, groups, c // groups, 1))
    return out.view(x.shape), mean.view(n, groups), rstd.view(n, groups)


def _group_norm_backward(a, func, grad, x, mean, rstd, weight, n, c, each, groups, mask):
    if not x.numel():
        return func(grad, x, mean, rstd, weight, n, c, each, groups, mask)
    shape = (n, groups, c // groups, each)
    grad, mean, rstd = grad.reshape(shape), mean.view(n, groups, 1, 1), rstd.view(n, groups, 1, 1)
    normal = a.move(a.move(x.reshape(shape) - mean, 1) * rstd, 1)
    d = grad if weight is None else a.move(grad * weight.view(1, groups, c // groups, 1), 1)
    inner = a.move(a.move(d - a.mean(d, [2, 3]), 1) - a.move(normal * a.mean(a.move(d * normal, 1), [2, 3]), 1), 1)
    return (a.move(inner * rstd, 1).view(x.shape) if mask[0] else None,
            a.sum(a.move(grad * normal, 1), [0, 3], keepdim=False).flatten() if mask[1] else None,
            a.sum(grad.clone(), [0, 3], keepdim=False).flatten() if mask[2] else None)


def _product(a, one, other):
    """A batched product of matrices, whose terms are moved."""
    units = max(a.units_of_terms(one.shape[-1]), 1)
    return a.moved(one, units) @ a.moved(other, units)


def _attention_weights(a, q, k, is_causal, attn_mask, scale):
    scale = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    scores = a.move(_product(a, q, k.transpose(-2, -1)) * scale, 2)
    if is_causal:
        scores = scores.masked_fill(~torch.ones(scores.shape[-2:], dtype=torch.bool).tril(), -math.inf)
    if attn_mask is not None:
        scores = a.move(scores + attn_mask, 1)
    e = _exp_shifted(a, scores, [-1])[0]
    return a.move(e / a.sum(e, [-1]), 1), scale


def _attention(a, func, q, k, v, dropout_p=0.0, is_causal=False, *, attn_mask=None, scale=None):
    if not q.numel() or not k.numel():
        return func(q, k, v, dropout_p, is_causal, attn_mask=attn_mask, scale=scale)
    shared = q.shape[1] // k.shape[1]
    k, v = (t.repeat_interleave(shared, 1) for t in (k, v))
    return _product(a, _attention_weights(a, q, k, is_causal, attn_mask, scale)[0], v), None


def _attention_backward(a, func, grad, q, k, v, out, logsumexp, dropout_p, is_causal, *, attn_mask=None, scale=None):
    if not q.numel() or not k.numel():
        return func(grad, q, k, v, out, logsumexp, dropout_p, is_causal, attn_mask=attn_mask, scale=scale)
    heads, shared = k.shape[1], q.shape[1] // k.shape[1]
    k, v = (t.repeat_interleave(shared, 1) for t in (k, v))
    p, scale = _attention_weights(a, q, k, is_causal, attn_mask, scale)
    d = _product(a, grad, v.transpose(-2, -1))
    d = a.move(p * a.move(d - a.sum(a.product(p, d), [-1]), 1), 1)
    grads = a.move(_product(a, d.transpose(-2, -1), q) * scale, 1), _product(a, p.transpose(-2, -1), grad)
    return (a.move(_product(a, d, k) * scale, 1), *(a.sum(t.unflatten(1, (heads, shared)), [2], keepdim=False) for t in grads))


def _safe_softmax(a, func, x, dim, dtype=None):
    return func(x, dim, dtype) if not x.numel() else _softmax(a, func, x, dim, False)


def _glu(a, func, x, dim=-1):
    one, gate = x.chunk(2, dim)
    return a.move(one * a.move(torch.sigmoid(gate), 2), 1)


def _glu_backward(a, func, grad, x, dim):
    one, gate = x.chunk(2, dim)
    gate = a.move(torch.sigmoid(gate), 2)
    slope = a.move(gate * a.move(1 - gate, 1), 1)
    return torch.cat((a.move(grad * gate, 1), a.move(a.move(grad * one, 1) * slope, 1)), dim)


def _vector_norm(a, func, x, ord=2, dim=None, keepdim=False, *, dtype=None):
    if not x.numel() or abs(ord) == math.inf or ord == 0:
        return func(x, ord, dim, keepdim)
    dims = list(dim) if dim else list(range(x.dim()))
    total = a.sum(a.move(x.abs() ** ord, 0 if ord == 1 else 2), dims, keepdim=keepdim)
    return total if ord == 1 else a.move(total ** (1 / ord), 2)


def _convolution(a, func, x, weight, bias, stride, padding, dilation, transposed, output_padding, groups):
    """A sum of products; a transposed one has at most as many terms as channels and elements of a window."""
    terms = weight.shape[0] // groups * math.prod(weight.shape[2:]) if transposed else weight[0].numel()
    units = max(a.units_of_terms(terms), 1)
    out = func(a.moved(x, units), a.moved(weight, units), None, stride, padding, dilation, transposed, output_padding, groups)
    return out if bias is None else a.move(out + bias.view(1, -1, *[1] * (x.dim() - 2)), 1)


def _convolution_backward(a, func, grad, x, weight, bias_sizes, stride, padding, dilation, transposed, output_padding,
                          groups, mask):
    terms = (weight.shape[0] // groups * math.prod(weight.shape[2:]) if not transposed else weight[0].numel(),
             x.shape[0] * math.prod((grad if not transposed else x).shape[2:]),
             grad.shape[0] * math.prod(grad.shape[2:]))
    grads = []
    for i, n in enumerate(terms):
        units = max(a.units_of_terms(n), 0 if i == 2 else 1)
        only = [mask[j] and i == j for j in range(3)]
        parts = (a.moved(t, units) for t in (grad, x, weight))
        grads.append(func(*parts, bias_sizes, stride, padding, dilation, transposed, output_padding, groups, only)[i] if mask[i] else None)
    return tuple(grads)


def _windows(a, func, x, kernel, *rest):
    """A mean over windows, or its gradient: a sum, and a division."""
    units = a.units_of_terms(math.prod(kernel))
    return a.move(func(a.moved(x, units), kernel, *rest), 1)


def _windows_backward(a, func, grad, x, kernel, *rest):
    return func(a.moved(grad, a.units_of_terms(math.prod(kernel)) + 1), x, kernel, *rest)


def _adaptive_windows(a, func, x, output_size):
    """As many elements as a window may have, of n for m windows."""
    units = a.units_of_terms(math.prod(-(-n // m) + 1 for n, m in zip(x.shape[-len(output_size):], output_size)))
    return a.move(func(a.moved(x, units), output_size), 1)


def _adaptive_windows_backward(a, func, grad, x):
    """As many windows as an element may lie in."""
    dims = 3 if func.__name__.startswith("_adaptive_avg_pool3d") else 2
    units = a.units_of_terms(math.prod(-(-m // n) + 1 for n, m in zip(x.shape[-dims:], grad.shape[-dims:])))
    return func(a.moved(grad, units + 1), x)


def _digamma(a, func, x):
    """By the next argument, or by the reflected one: near a root it is a difference."""
    above = a.move(func(x + 1), 4) - a.move(1 / x, 1)
    below = a.move(func(1 - x), 4) - a.move(math.pi / torch.tan(math.pi * (x - torch.round(x))), 4)
    return torch.where(x > 0, above, below)


def _polygamma(a, func, n, x):
    """The first one is a series that PyTorch ends early: it is off by 4e-10."""
    return a.move(func(n, x), max(4, 1e-9 / a.unit if n == 1 else 8))


def _col2im(a, func, x, output_size, kernel, *rest):
    return func(a.moved(x, a.units_of_terms(math.prod(kernel))), output_size, kernel, *rest)


def _nearest_backward(a, func, grad, output_size, input_size, *scales):
    """As many elements as one was copied to."""
    copies = func(torch.ones_like(grad), output_size, input_size, *scales)
    return func(a.moved(grad, a.units_of_terms(int(copies.max()) if copies.numel() else 0)), output_size, input_size, *scales)


def _weights(a, n, m, align, scale):
    """For each of m elements the two of n that it lies between, and what each of them weighs."""
    at = torch.arange(m, dtype=torch.float64)
    if n == m:
        return at.long(), at.long(), torch.ones_like(at), torch.zeros_like(at)
    exact = lambda x: (x * 2**10).frac() == 0
    ratio = (n - 1) / (m - 1) if align and m > 1 else 0.0 if align else 1 / scale if scale else n / m
    ratio = torch.full_like(at, a.scalar(ratio))
    place = ratio * (at if align else at + 0.5)
    a.move(place, 1, exact(place))
    if not align:
        place = place - 0.5
        place = a.move(place, 1, exact(place)).clamp(min=0)
    first = place.floor().clamp(max=n - 1)
    weight = (place - first).clamp(0, 1)
    other = 1 - weight
    return first.long(), (first.long() + 1).clamp(max=n - 1), a.move(other, 1, exact(other)), weight


def _bilinear(a, func, x, output_size, align, *scales):
    for dim in (3, 2):
        i, j, one, other = _weights(a, x.shape[dim], output_size[dim - 2], align, scales[dim - 2] if scales else None)
        shape = [-1] + [1] * (3 - dim)
        x = a.add(a.product(x.index_select(dim, i), one.view(shape)), a.product(x.index_select(dim, j), other.view(shape)))
    return x


def _bilinear_backward(a, func, grad, output_size, input_size, align, *scales):
    for dim in (2, 3):
        n, m = input_size[dim], output_size[dim - 2]
        i, j, one, other = _weights(a, n, m, align, scales[dim - 2] if scales else None)
        shape = [-1] + [1] * (3 - dim)
        terms = 1 if n == m else int(torch.bincount(torch.cat((i, j))).max())
        out = torch.zeros(*grad.shape[:dim], n, *grad.shape[dim + 1:], dtype=grad.dtype)
        for index, weight in ((i, one), (j, other)):
            out.index_add_(dim, index, a.moved(a.product(grad, weight.view(shape)), a.units_of_terms(terms)))
        grad = out
    return grad


STEPS = {
    **{f"upsample_nearest{rank}d_backward": _nearest_backward for rank in (1, 2, 3)},
    "upsample_bilinear2d": _bilinear,
    "upsample_bilinear2d_backward": _bilinear_backward,
    "smooth_l1_loss": _smooth_l1_loss,
    "smooth_l1_loss_backward": _smooth_l1_loss_backward,
    "soft_margin_loss": _soft_margin_loss,
    "soft_margin_loss_backward": _soft_margin_loss_backward,
    "std": _std,
    "std_mean": _spread_and_mean(_std),
    "norm": _vector_norm,
    "linalg_vector_norm": _vector_norm,
    "binary_cross_entropy": _bce,
    "binary_cross_entropy_backward": _bce_backward,
    "logaddexp": _logaddexp,
    "lerp": _lerp,
    "addcmul": _addcmul,
    "addcdiv": _addcdiv,
    "mish": _mish,
    "mish_backward": _mish_backward,
    "hardswish_backward": _hardswish_backward,
    "hardsigmoid_backward": _hardsigmoid_backward,
    "sinc": _sinc,
    "col2im": _col2im,
    "convolution": _convolution,
    "convolution_backward": _convolution_backward,
    "digamma": _digamma,
    "polygamma": _polygamma,
    "_adaptive_avg_pool2d": _adaptive_windows,
    "_adaptive_avg_pool3d": _adaptive_windows,
    "_adaptive_avg_pool3d_backward": _adaptive_windows_backward,
    "_adaptive_avg_pool2d_backward": _adaptive_windows_backward,
    "avg_pool2d": _windows,
    "avg_pool2d_backward": _windows_backward,
    "avg_pool3d": _windows,
    "avg_pool3d_backward": _windows_backward,
    "max_pool2d_with_indices_backward": _windows_backward,
    "max_pool3d_with_indices_backward": _windows_backward,
    "native_batch_norm": _batch_norm,
    "native_batch_norm_backward": _batch_norm_backward,
    "native_group_norm": _group_norm,
    "native_group_norm_backward": _group_norm_backward,
    "_scaled_dot_product_flash_attention_for_cpu": _attention,
    "_scaled_dot_product_flash_attention_for_cpu_backward": _attention_backward,
    "_safe_softmax": _safe_softmax,
    "glu": _glu,
    "glu_backward": _glu_backward,
    "linalg_vector_norm": _vector_norm,
    "_softmax": _softmax,
    "_softmax_backward_data": _softmax_backward,
    "_log_softmax": _log_softmax,
    "_log_softmax_backward_data": _log_softmax_backward,
    "logsumexp": _logsumexp,
    "var": _var,
    "var_mean": _spread_and_mean(_var),
    "native_layer_norm": _layer_norm,
    "native_layer_norm_backward": _layer_norm_backward,
    "gelu": _gelu,
    "gelu_backward": _gelu_backward,
    "silu_backward": _silu_backward,
    "softplus": _softplus,
    "softplus_backward": _softplus_backward,
    "mse_loss": _mse_loss,
    "mse_loss_backward": _mse_loss_backward,
    "huber_loss": _huber_loss,
    "huber_loss_backward": _huber_loss_backward,
    "nll_loss_forward": _nll_loss,
    "nll_loss_backward": _nll_loss_backward,
    "nll_loss2d_forward": _nll_loss,
    "nll_loss2d_backward": _nll_loss_backward,
    "binary_cross_entropy_with_logits": _bce_with_logits,
}
