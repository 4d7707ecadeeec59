"""Training loops of the peers: everything in memory, no loader, the faster of PyTorch's two Adams."""
import torch

from workload import Workload, fastest


def with_either_adam(make, remark=''):
    """Adam over lists of tensors or tensor by tensor, whichever is faster; make(foreach) gives the call."""
    return fastest([Workload(make(foreach), remark=f'{remark}foreach={foreach}') for foreach in (True, False)])


def batches(data, size):
    """Endless shuffled batches of a tensor in memory."""
    while True:
        order = torch.randperm(data.shape[0])
        for start in range(0, data.shape[0] - size + 1, size):
            yield data.index_select(0, order[start:start + size])


def autocast(forward):
    """The same forward with matrix products in bfloat16."""
    def call(x):
        with torch.autocast('cpu', dtype=torch.bfloat16):
            return forward(x)
    return call


def steps(make_model, stream, bfloat16=False):
    """Training steps: make_model() gives a module that maps a batch to a loss, stream() an iterator of batches."""
    def make(foreach):
        model, data = make_model(), stream()
        loss_of = autocast(model) if bfloat16 else model
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, foreach=foreach)

        def step():
            loss = loss_of(next(data))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        return step
    return with_either_adam(make, 'bfloat16, ' if bfloat16 else '')
