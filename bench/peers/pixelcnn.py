"""The gated PixelCNN of the peers: convolutions of the size that the masks leave, padded and shifted."""
import torch
from torch import nn
import torch.nn.functional as F

from training import batches, steps
from workload import fastest

EXAMPLES = 10_000
BATCH = 32
CHANNELS = 64
LAYERS = 7


class GatedLayer(nn.Module):
    """The vertical stack sees rows up to its own, the horizontal one takes it from the row above."""

    def __init__(self, inputs, channels, kernel, is_first):
        super().__init__()
        self.margin, self.is_first = kernel // 2, is_first
        self.vertical = nn.Conv2d(inputs, 2 * channels, (kernel // 2 + 1, kernel))
        self.link = nn.Conv2d(2 * channels, 2 * channels, 1)
        self.horizontal = nn.Conv2d(inputs, 2 * channels, (1, kernel // 2 + (0 if is_first else 1)))
        self.output = nn.Conv2d(channels, channels, 1)

    def forward(self, v, h):
        margin, width = self.margin, v.shape[3]
        a = self.vertical(F.pad(v, (margin, margin, margin, 0)))
        above = F.pad(a, (0, 0, 1, 0))[:, :, :-1]
        b = self.horizontal(F.pad(h, (margin, 0, 0, 0)))[:, :, :, :width] + self.link(above)
        output = self.output(gate(b))
        return gate(a), output if self.is_first else h + output


def gate(x):
    content, gate = x.chunk(2, 1)
    return torch.tanh(content) * torch.sigmoid(gate)


class GatedPixelCnn(nn.Module):
    """The negative log-likelihood of a batch of binary pictures."""

    def __init__(self, memory_format):
        super().__init__()
        self.layers = nn.ModuleList([GatedLayer(1, CHANNELS, 7, True)] + [GatedLayer(CHANNELS, CHANNELS, 3, False) for _ in range(LAYERS - 1)])
        self.head = nn.Sequential(nn.ReLU(), nn.Conv2d(CHANNELS, CHANNELS, 1), nn.ReLU(), nn.Conv2d(CHANNELS, 1, 1))
        self.memory_format = memory_format
        self.to(memory_format=memory_format)

    def forward(self, x):
        v = h = x.contiguous(memory_format=self.memory_format)
        for layer in self.layers:
            v, h = layer(v, h)
        return F.binary_cross_entropy_with_logits(self.head(h).float(), x, reduction='sum') / x.shape[0]


def training(bfloat16):
    """Channels first or last, whichever is faster."""
    def make():
        data = (torch.rand(EXAMPLES, 1, 28, 28) > 0.7).float()
        return fastest([
            steps(lambda layout=layout: GatedPixelCnn(layout), lambda: batches(data, BATCH), bfloat16)
            for layout in (torch.contiguous_format, torch.channels_last)])
    return make


WORKLOADS = {'pixel-cnn': training(False), 'pixel-cnn-bfloat16': training(True)}
