"""Runs plain PyTorch workloads on demand: the peer that `bench/run` measures against.

One line in, one line out:

    load SUITE NAME   -> a remark, perhaps empty   prepares WORKLOADS[NAME] of the module SUITE and warms it up
    run SECONDS       -> seconds per call          calls it again and again for about that long

The first line out says which PyTorch runs. Between two lines the process sleeps. `bench/run` sets the environment
(threads, their binding, the allocator) in which the peer runs best; here only what has no variable is set.
"""
import importlib
import os
import sys
import warnings

warnings.filterwarnings('ignore')
import torch

WARM_UP_SECONDS = 1.0


def description():
    """PyTorch's version, its threads, and the BLAS in its process."""
    with open('/proc/self/maps') as maps:
        files = {os.path.relpath(line.split()[-1], '/usr/lib') for line in maps if 'blas' in line or 'mkl' in line}
    blas = [file for file in files if os.path.basename(file).startswith(('libopenblas', 'libmkl_rt', 'libblis'))]
    return f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, {' '.join(sorted(blas)) or 'no optimised BLAS'}"


def main():
    torch.manual_seed(0)
    torch.set_flush_denormal(True)
    print(description(), flush=True)
    for line in sys.stdin:
        command, *arguments = line.split()
        if command == 'load':
            suite, name = arguments
            loaded = importlib.import_module(suite.replace('-', '_')).WORKLOADS[name]()
            loaded.run(WARM_UP_SECONDS)
            print(loaded.remark, flush=True)
        elif command == 'run':
            print(loaded.run(float(arguments[0])), flush=True)
        else:
            raise ValueError(f'unknown command {command}; known are load and run')


if __name__ == '__main__':
    main()
