"""What the peer measures: a piece of work, called again and again."""
import gc
import time


class Workload:
    """call() does the work `calls` times; `remark` says what was chosen for it."""

    def __init__(self, call, calls=1, remark=''):
        self.call, self.calls, self.remark = call, calls, remark

    def run(self, seconds):
        """Calls for about that long; returns seconds per call. Garbage collection is off, as in any tuned script."""
        gc.collect()
        gc.disable()
        rounds = 0
        start = now = time.perf_counter()
        while now - start < seconds:
            self.call()
            rounds += 1
            now = time.perf_counter()
        gc.enable()
        return (now - start) / (rounds * self.calls)


def fastest(candidates, seconds=0.4):
    """The fastest of several workloads that do the same in different ways."""
    for candidate in candidates:
        candidate.run(seconds)
    return min(candidates, key=lambda candidate: candidate.run(seconds))
