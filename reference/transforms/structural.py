#!/usr/bin/env python3
"""Writes structural.npz: the papers' formulas of Latent's structural transforms in plain PyTorch, in double precision.

Arrays are named CASE:p0, CASE:p1, … for parameters, CASE:v for what goes in (x of a transform that trains from data to
noise, z of a step of a posterior), CASE:y and CASE:logdet for what comes out, and CASE:dp0, …, CASE:dv for the gradients of
Σ y³ + Σ logdet².

    /usr/bin/python3 reference/transforms/structural.py        (Debian: apt install python3-torch)

The committed file was made with PyTorch 1.13.1.
"""
from pathlib import Path

import numpy
import torch
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
B, D = 7, 3


def actnorm(x, location, log_scale):
    return (x - location) * torch.exp(-log_scale), -log_scale.sum().expand(B)


def actnorm_channels(x, location, log_scale):
    return (x - location) * torch.exp(-log_scale), -(x.shape[-1] * x.shape[-2]) * log_scale.sum().expand(B)


def logit(x):
    p = 0.05 + 0.9 * x
    return p.log() - (1 - p).log(), (0.9 / p + 0.9 / (1 - p)).log().sum(-1)


def convolution(x, weight):
    return F.conv2d(x, weight[:, :, None, None]), x.shape[-1] * x.shape[-2] * torch.linalg.slogdet(weight)[1].expand(B)


def lu(x, lower, upper, log_scale):
    permutation = torch.eye(D)[[2, 0, 1]]
    weight = permutation @ (torch.tril(lower, -1) + torch.eye(D)) @ (torch.triu(upper, 1) + torch.diag(log_scale.exp()))
    return x @ weight.T, torch.linalg.slogdet(weight)[1].expand(B)


def qr(x, vectors, upper, log_scale):
    q = torch.eye(D)
    for v in vectors:
        q = q @ (torch.eye(D) - 2 * torch.outer(v, v) / v.dot(v))
    weight = q @ (torch.triu(upper, 1) + torch.diag(log_scale.exp()))
    return x @ weight.T, torch.linalg.slogdet(weight)[1].expand(B)


def planar(z, u, w, b):
    product = (w * u).sum(-1)
    u = u + ((F.softplus(product) - 1 - product) / w.square().sum(-1))[:, None] * w
    a = (w * z).sum(-1) + b
    return z + u * torch.tanh(a)[:, None], (1 + (1 - torch.tanh(a) ** 2) * (w * u).sum(-1)).abs().log()


def radial(z, center, alpha, beta):
    alpha = F.softplus(alpha)
    beta = F.softplus(beta) - alpha
    r = (z - center).norm(dim=-1)
    h, slope = 1 / (alpha + r), -1 / (alpha + r) ** 2
    return z + (beta * h)[:, None] * (z - center), (D - 1) * (1 + beta * h).log() + (1 + beta * h + beta * slope * r).log()


def sylvester(z, vectors, r, r_tilde, b):
    q = torch.eye(D).expand(B, D, D)
    for v in vectors.unbind(1):
        q = q @ (torch.eye(D) - 2 * v[:, :, None] * v[:, None, :] / v.square().sum(-1)[:, None, None])
    diagonal, diagonal_tilde = r.diagonal(0, -2, -1).tanh(), r_tilde.diagonal(0, -2, -1).tanh()
    r, r_tilde = r.triu(1) + diagonal.diag_embed(), r_tilde.triu(1) + diagonal_tilde.diag_embed()
    a = (r_tilde @ q.mT @ z[:, :, None])[..., 0] + b
    return z + (q @ r @ a.tanh()[:, :, None])[..., 0], (1 + (1 - a.tanh() ** 2) * diagonal * diagonal_tilde).log().sum(-1)


CASES = {
    "actnorm": (actnorm, (B, D), [(D,), (D,)]),
    "actnorm_channels": (actnorm_channels, (B, 2, 3, 5), [(2, 1, 1), (2, 1, 1)]),
    "logit": (logit, (B, D), []),
    "convolution": (convolution, (B, D, 2, 5), [(D, D)]),
    "lu": (lu, (B, D), [(D, D), (D, D), (D,)]),
    "qr": (qr, (B, D), [(D, D), (D, D), (D,)]),
    "planar": (planar, (B, D), [(B, D), (B, D), (B,)]),
    "radial": (radial, (B, D), [(B, D), (B,), (B,)]),
    "sylvester": (sylvester, (B, D), [(B, 2, D), (B, D, D), (B, D, D), (B, D)]),
}

arrays = {}
for case, (formula, shape, parameters) in CASES.items():
    # What goes in is rounded to single precision, so that a test in that measures the operations' rounding alone.
    draw = torch.rand if case == "logit" else torch.randn
    values = [draw(s).float().double().requires_grad_() for s in [shape, *parameters]]
    y, logdet = formula(*values)
    gradients = torch.autograd.grad((y**3).sum() + logdet.square().sum(), values)
    arrays |= {f"{case}:v": values[0], f"{case}:dv": gradients[0], f"{case}:y": y, f"{case}:logdet": logdet}
    for i, (p, g) in enumerate(zip(values[1:], gradients[1:])):
        arrays |= {f"{case}:p{i}": p, f"{case}:dp{i}": g}

numpy.savez(Path(__file__).with_name("structural.npz"), **{name: a.detach().numpy() for name, a in arrays.items()})
