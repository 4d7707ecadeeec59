"""The rows of `bench/run first-light` in plain PyTorch."""
import torch

from training import batches, steps
from vae import Iwae, PythaeVae, Vae
from workload import Workload, fastest

EXAMPLES = 60_000


def binary():
    """Floats in memory: the peer need not convert its batches."""
    return (torch.rand(EXAMPLES, 784) > 0.7).float()


def vae(bfloat16=False):
    data = binary()
    return steps(Vae, lambda: batches(data, 128), bfloat16)


def vae_dynamic():
    """Each batch drawn anew from grey values."""
    grey = torch.randint(256, (EXAMPLES, 784), dtype=torch.uint8).float() / 255
    return steps(Vae, lambda: (torch.bernoulli(x) for x in batches(grey, 128)))


def iwae(bfloat16=False):
    data = binary()
    return fastest([steps(lambda: Iwae(fast), lambda: batches(data, 20), bfloat16) for fast in (True, False)])


class Images(torch.utils.data.Dataset):
    """A data set of one dictionary per example, as Pythae's."""

    def __init__(self, data):
        self.data = data

    def __len__(self):
        return self.data.shape[0]

    def __getitem__(self, index):
        return {'data': self.data[index]}


def pythae():
    """Pythae's training loop: a loader, an optimizer, and the sum of the losses."""
    loader = torch.utils.data.DataLoader(Images(torch.rand(EXAMPLES, 1, 28, 28)), batch_size=64, shuffle=True)
    model = PythaeVae()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    total = 0.0

    def endless():
        while True:
            yield from loader

    stream = endless()

    def step():
        nonlocal total
        loss = model(next(stream)['data'])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    return Workload(step)


WORKLOADS = {
    'vae': vae,
    'vae-dynamic': vae_dynamic,
    'vae-best': lambda: fastest([vae(), vae(bfloat16=True)]),
    'pythae': pythae,
    'iwae': iwae,
    'iwae-best': lambda: fastest([iwae(), iwae(bfloat16=True)]),
}
