"""The rows of `bench/run foundation` in plain PyTorch."""
import torch
from torch import nn
import torch.nn.functional as F

from workload import Workload, fastest

MILLION = 1_000_000


def add():
    a, b = torch.zeros(1), torch.ones(1)

    def call():
        for _ in range(1000):
            a + b
    return Workload(call, calls=1000)


def chain():
    x = torch.zeros(1, requires_grad=True)

    def call():
        y = x
        for _ in range(100):
            y = y * 1.0001
        x.grad = None
        y.backward()
    return Workload(call)


def normal():
    values = torch.empty(MILLION)
    return Workload(lambda: torch.randn(MILLION, out=values))


def bernoulli():
    probabilities = torch.randint(256, (MILLION,), dtype=torch.uint8) / 255
    values = torch.empty(MILLION)
    return Workload(lambda: torch.bernoulli(probabilities, out=values))


def with_either_adam(make):
    """Adam over lists of tensors or tensor by tensor, whichever is faster; make(foreach) gives the call."""
    return fastest([Workload(make(foreach), remark=f'foreach={foreach}') for foreach in (True, False)])


def adam(count, shape):
    def make(foreach):
        parameters = [torch.randn(shape, requires_grad=True) for _ in range(count)]
        for parameter in parameters:
            parameter.grad = torch.randn_like(parameter)
        return torch.optim.Adam(parameters, lr=1e-3, foreach=foreach).step
    return with_either_adam(make)


def mlp():
    network = nn.Sequential(nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 400), nn.ReLU(), nn.Linear(400, 10))
    x, gradient = torch.randn(128, 784), torch.randn(128, 10)

    def call():
        for parameter in network.parameters():
            parameter.grad = None
        network(x).backward(gradient)
    return Workload(call)


class Vae(nn.Module):
    """784-400-20, Bernoulli likelihood, diagonal Gaussian posterior."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 400)
        self.head = nn.Linear(400, 2 * 20)
        self.back = nn.Linear(20, 400)
        self.logits = nn.Linear(400, 784)

    def forward(self, x):
        mean, log_variance = self.head(F.relu(self.hidden(x))).chunk(2, 1)
        z = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance)
        logits = self.logits(F.relu(self.back(z)))
        distortion = F.binary_cross_entropy_with_logits(logits, x, reduction='sum')
        rate = -0.5 * (1 + log_variance - mean * mean - log_variance.exp()).sum()
        return (distortion + rate) / x.shape[0]


def batches(data, size):
    """Endless shuffled batches of a tensor in memory."""
    while True:
        order = torch.randperm(data.shape[0])
        for start in range(0, data.shape[0] - size + 1, size):
            yield data.index_select(0, order[start:start + size])


def vae():
    # Floats in memory: the peer need not convert its batches.
    data = (torch.rand(60_000, 784) > 0.7).float()

    def make(foreach):
        model, stream = Vae(), batches(data, 128)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=foreach)

        def step():
            loss = model(next(stream))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        return step
    return with_either_adam(make)


WORKLOADS = {
    'add': add,
    'chain': chain,
    'normal': normal,
    'bernoulli': bernoulli,
    'adam-large': lambda: adam(8, (400, 784)),
    'adam-small': lambda: adam(250, (64,)),
    'mlp': mlp,
    'vae': vae,
}
