#!/usr/bin/env python3
"""Writes layers.npz: weights, inputs and outputs of PyTorch's layers, which Latent's must reproduce.

Arrays are named CASE/PATH for parameters (dots of the state dict as slashes), CASE:x0, CASE:x1, … for inputs,
CASE:y for the output and CASE:d0, … for the gradients of Σ y² by the inputs. All are float64.

    /usr/bin/python3 reference/networks/make.py        (Debian: apt install python3-torch)

The committed file was made with PyTorch 1.13.1.
"""
from pathlib import Path

import numpy
import torch
from torch import nn

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def attention(causal=False):
    layer = nn.MultiheadAttention(6, 3, batch_first=True)
    mask = torch.ones(5, 5, dtype=torch.bool).triu(1) if causal else None
    return layer, lambda f, x, m=None: f(x, x if m is None else m, x if m is None else m, attn_mask=mask, need_weights=False)[0]


def plain(layer):
    return layer, lambda f, *x: f(*x)


CASES = {
    "linear": (*plain(nn.Linear(3, 5)), [(7, 3)]),
    "conv": (*plain(nn.Conv2d(4, 2, (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2)), [(2, 4, 5, 4)]),
    "conv_transpose": (*plain(nn.ConvTranspose2d(4, 2, (3, 2), stride=(2, 3), padding=(1, 0), output_padding=(1, 2), dilation=(2, 1), groups=2)), [(2, 4, 3, 2)]),
    "layer_norm": (*plain(nn.LayerNorm((2, 5))), [(3, 2, 5)]),
    "group_norm": (*plain(nn.GroupNorm(2, 6)), [(2, 6, 2, 3)]),
    "gru": (*plain(nn.GRUCell(3, 5)), [(7, 3), (7, 5)]),
    "lstm": (nn.LSTMCell(3, 5), lambda f, x, h, c: torch.cat(f(x, (h, c)), -1), [(7, 3), (7, 5), (7, 5)]),
    "attention": (*attention(), [(2, 5, 6)]),
    "causal_attention": (*attention(causal=True), [(2, 5, 6)]),
    "cross_attention": (*attention(), [(2, 5, 6), (2, 3, 6)]),
}

arrays = {}
for case, (layer, forward, shapes) in CASES.items():
    with torch.no_grad():  # norms and biases begin at constants, which would hide mistakes
        for p in layer.parameters():
            p.add_(0.5 * torch.randn_like(p))
    inputs = [torch.randn(shape, requires_grad=True) for shape in shapes]
    output = forward(layer, *inputs)
    output.square().sum().backward()
    for path, value in layer.state_dict().items():
        arrays[f"{case}/{path.replace('.', '/')}"] = value.numpy()
    for i, x in enumerate(inputs):
        arrays[f"{case}:x{i}"] = x.detach().numpy()
        arrays[f"{case}:d{i}"] = x.grad.numpy()
    arrays[f"{case}:y"] = output.detach().numpy()

numpy.savez(Path(__file__).with_name("layers.npz"), **arrays)
