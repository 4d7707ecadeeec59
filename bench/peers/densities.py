"""The rows of `bench/run densities` in plain PyTorch."""
import math

import torch
from torch import nn
import torch.nn.functional as F

import pixelcnn
from training import batches, steps
from workload import Workload

EXAMPLES = 100_000
LAYERS = 5
HIDDEN = 100


class MaskedLinear(nn.Linear):
    def __init__(self, inputs, outputs, mask):
        super().__init__(inputs, outputs)
        self.register_buffer('mask', mask)

    def forward(self, x):
        return F.linear(x, self.weight * self.mask, self.bias)


class Made(nn.Module):
    """Two hidden layers, a shift and a log-scale for each coordinate: z = (x - m) exp(-a)."""

    def __init__(self, size, is_reversed):
        super().__init__()
        degrees = torch.arange(1, size + 1)
        self.order = list(range(size))
        if is_reversed:
            degrees = degrees.flip(0)
            self.order.reverse()
        hidden = torch.arange(HIDDEN) % max(1, size - 1) + 1
        self.network = nn.Sequential(
            MaskedLinear(size, HIDDEN, (hidden[:, None] >= degrees[None]).float()), nn.ReLU(),
            MaskedLinear(HIDDEN, HIDDEN, (hidden[:, None] >= hidden[None]).float()), nn.ReLU(),
            MaskedLinear(HIDDEN, 2 * size, (degrees.repeat(2)[:, None] > hidden[None]).float()))

    def forward(self, x):
        shift, log_scale = self.network(x).chunk(2, 1)
        return (x - shift) * torch.exp(-log_scale), -log_scale.sum(1)

    def sample(self, z):
        """The network once for each coordinate, with the weights masked once."""
        first, second, last = (layer for layer in self.network if isinstance(layer, MaskedLinear))
        (w1, w2, w3) = (layer.weight * layer.mask for layer in (first, second, last))
        size = z.shape[1]
        x = torch.zeros_like(z)
        for i in self.order:
            hidden = F.relu(F.linear(F.relu(F.linear(x, w1, first.bias)), w2, second.bias))
            rows = w3[[i, size + i]]
            shift, log_scale = F.linear(hidden, rows, last.bias[[i, size + i]]).unbind(1)
            x[:, i] = z[:, i] * torch.exp(log_scale) + shift
        return x


class Coupling(nn.Module):
    """Two hidden layers; the log-scale is bounded by tanh."""

    def __init__(self, size, is_reversed):
        super().__init__()
        self.is_reversed, self.half = is_reversed, size // 2
        inputs, outputs = (size - self.half, self.half) if is_reversed else (self.half, size - self.half)
        self.network = nn.Sequential(nn.Linear(inputs, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 2 * outputs))

    def forward(self, x):
        first, second = x[:, :self.half], x[:, self.half:]
        kept, moved = (second, first) if self.is_reversed else (first, second)
        shift, log_scale = self.network(kept).chunk(2, 1)
        log_scale = torch.tanh(log_scale)
        moved = (moved - shift) * torch.exp(-log_scale)
        return torch.cat([moved, kept] if self.is_reversed else [kept, moved], 1), -log_scale.sum(1)


class Flow(nn.Module):
    """Layers that take turns; the negative log-likelihood of a batch."""

    def __init__(self, layer, size):
        super().__init__()
        self.constant = 0.5 * size * math.log(2 * math.pi)
        self.layers = nn.ModuleList([layer(size, i % 2 == 1) for i in range(LAYERS)])

    def forward(self, x):
        total = 0.0
        for layer in self.layers:
            x, log_det = layer(x)
            total = total + log_det
        return (0.5 * (x * x).sum(1) - total).mean() + self.constant

    @torch.no_grad()
    def sample(self, rows, size):
        z = torch.randn(rows, size)
        for layer in reversed(self.layers):
            z = layer.sample(z)
        return z


def training(layer, size, batch):
    data = torch.randn(EXAMPLES, size)
    return lambda: steps(lambda: Flow(layer, size), lambda: batches(data, batch))


def sampling():
    flow = Flow(Made, 63)
    return Workload(lambda: flow.sample(1000, 63))


WORKLOADS = {
    f'{name}-{size}-{batch}': training(layer, size, batch)
    for name, layer in (('maf', Made), ('real-nvp', Coupling)) for size in (6, 63) for batch in (100, 512)
}
WORKLOADS['maf-sampling'] = sampling
WORKLOADS.update(pixelcnn.WORKLOADS)
