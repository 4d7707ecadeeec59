#!/usr/bin/env python3
"""Writes flows.npz: the papers' formulas of coupling and autoregressive flows in plain PyTorch, from data to noise, in double precision.

Arrays are named CASE:p0, CASE:p1, … for parameters, CASE:v for the data, CASE:y and CASE:logdet for what comes out, and CASE:dp0, …,
CASE:dv for the gradients of Σ y³ + Σ logdet².

    /usr/bin/python3 reference/transforms/flows.py        (Debian: apt install python3-torch)

The committed file was made with PyTorch 1.13.1.
"""
import math
from pathlib import Path

import numpy
import torch
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B, D, BOUND, LEAST = 7, 3, 2.0, 1e-3
UNIT = math.log(math.exp(1 - LEAST) - 1)  # softplus of it is 1 - LEAST


def affine(x, raw):
    """RealNVP, equation 7, with a bounded log-scale."""
    scale = BOUND * torch.tanh(raw[..., 1] / BOUND)
    return (x - raw[..., 0]) * torch.exp(-scale), -scale


def spline(x, raw):
    """Neural spline flows, equations 4 to 8, number by number."""
    bins = (raw.shape[-1] + 1) // 3

    def knots(logits):
        return torch.cat([torch.zeros(1), torch.cumsum(LEAST + (1 - LEAST * bins) * torch.softmax(logits, 0), 0)]) * 2 * BOUND - BOUND

    values, slopes = [], []
    for value, numbers in zip(x.reshape(-1), raw.reshape(-1, raw.shape[-1])):
        if value.abs() > BOUND:
            values.append(value)
            slopes.append(0 * value)
            continue
        at, to = knots(numbers[:bins]), knots(numbers[bins:2 * bins])
        d = torch.cat([torch.ones(1), LEAST + F.softplus(numbers[2 * bins:] + UNIT), torch.ones(1)])
        k = min(int((value >= at).sum()) - 1, bins - 1)
        width, height = at[k + 1] - at[k], to[k + 1] - to[k]
        s, t = height / width, (value - at[k]) / width
        denominator = s + (d[k + 1] + d[k] - 2 * s) * t * (1 - t)
        values.append(to[k] + height * (s * t ** 2 + d[k] * t * (1 - t)) / denominator)
        slopes.append(torch.log(s ** 2 * (d[k + 1] * t ** 2 + 2 * s * t * (1 - t) + d[k] * (1 - t) ** 2) / denominator ** 2))
    return torch.stack(values).reshape(x.shape), torch.stack(slopes).reshape(x.shape)


def sigmoidal(x, raw):
    """Neural autoregressive flows, equation 8; the slope by autograd."""
    units = raw.shape[-1] // 3
    a, b, w = LEAST + F.softplus(raw[..., :units] + UNIT), raw[..., units:2 * units], raw[..., 2 * units:]
    return with_slope(lambda v: torch.logit((torch.softmax(w, -1) * torch.sigmoid(a * v[..., None] + b)).sum(-1)), x)


def dense_sigmoidal(x, raw):
    """Neural autoregressive flows, equations 10 to 12, with one hidden layer of three units."""
    units = 3
    parts = torch.split(raw, [units, units, units * units, 1, 1, 1, units], -1)
    a, c = (LEAST + F.softplus(parts[i] + UNIT) for i in (0, 3))
    w, u = torch.softmax(parts[2].unflatten(-1, (units, units)), -1), torch.softmax(parts[6], -1)

    def network(v):
        h = torch.logit((w @ torch.sigmoid(a * v[..., None] + parts[1])[..., None])[..., 0])
        return (c * (u * h).sum(-1, keepdim=True) + parts[4])[..., 0]
    return with_slope(network, x)


def logistic_mixture(x, raw):
    """Flow++, equations 14 to 18; the last shift and scale as affine."""
    k = (raw.shape[-1] - 2) // 3
    logits, means, scales = raw[..., :k], raw[..., k:2 * k], BOUND * torch.tanh(raw[..., 2 * k:3 * k] / BOUND)
    u, slope = with_slope(lambda v: torch.logit((torch.softmax(logits, -1) * torch.sigmoid((v[..., None] - means) * torch.exp(-scales))).sum(-1)), x)
    z, last = affine(u, raw[..., 3 * k:])
    return z, slope + last


def with_slope(f, x):
    y = f(x)
    slope, = torch.autograd.grad(y.sum(), x, create_graph=True)
    return y, torch.log(slope)


def maf(x, w1, b1, w2, b2):
    """MAF over MADE, equations 3 to 5, order 2, 0, 1, degrees of hidden units 1, 1, …, 2, 2, …."""
    degree = torch.tensor([2, 3, 1])
    hidden = torch.arange(w1.shape[0]) * (D - 1) // w1.shape[0] + 1
    h = F.relu(F.linear(x, w1 * (hidden[:, None] >= degree), b1))
    raw = F.linear(h, w2 * (degree.repeat(2)[:, None] > hidden), b2)
    z, log_slopes = affine(x, torch.stack(raw.chunk(2, -1), -1))
    return z, log_slopes.sum(-1)


def real_nvp(x, w1, b1, w2, b2):
    """An affine coupling of five numbers that keeps the first two."""
    raw = F.linear(F.relu(F.linear(x[..., :2], w1, b1)), w2, b2)
    z, log_slopes = affine(x[..., 2:], torch.stack(raw.chunk(2, -1), -1))
    return torch.cat([x[..., :2], z], -1), log_slopes.sum(-1)


CASES = {
    "affine": (affine, (B, D), [(B, D, 2)]),
    "spline": (spline, (B, D), [(B, D, 14)]),
    "sigmoidal": (sigmoidal, (B, D), [(B, D, 15)]),
    "dense_sigmoidal": (dense_sigmoidal, (B, D), [(B, D, 21)]),
    "logistic_mixture": (logistic_mixture, (B, D), [(B, D, 11)]),
    "maf": (maf, (B, D), [(11, D), (11,), (2 * D, 11), (2 * D,)]),
    "real_nvp": (real_nvp, (B, 5), [(11, 2), (11,), (6, 11), (6,)]),
}

arrays = {}
for case, (transform, shape, shapes) in CASES.items():
    # What goes in is rounded to single precision, so that a test in that measures the operations' rounding alone.
    v, *parameters = [torch.randn(s).float().double().requires_grad_() for s in [shape, *shapes]]
    y, log_det = transform(v, *parameters)
    gradients = torch.autograd.grad((y ** 3).sum() + (log_det ** 2).sum(), [v, *parameters])
    arrays |= {f"{case}:v": v, f"{case}:y": y, f"{case}:logdet": log_det, f"{case}:dv": gradients[0]}
    arrays |= {f"{case}:p{i}": p for i, p in enumerate(parameters)}
    arrays |= {f"{case}:dp{i}": g for i, g in enumerate(gradients[1:])}

numpy.savez(Path(__file__).with_name("flows.npz"), **{name: array.detach().numpy() for name, array in arrays.items()})
