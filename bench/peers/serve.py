"""Runs plain PyTorch workloads on demand: the peer that `bench/run` measures against.

    python3 serve.py SUITE          SUITE is a module beside this file with a dictionary WORKLOADS

One line in, one line out:

    load NAME     -> a remark on the workload, perhaps empty     prepares it and warms it up
    run SECONDS   -> seconds per call                            calls it again and again for about that long

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
    workloads = importlib.import_module(sys.argv[1]).WORKLOADS
    print(description(), flush=True)
    for line in sys.stdin:
        command, argument = line.split()
        if command == 'load':
            loaded = workloads[argument]()
            loaded.run(WARM_UP_SECONDS)
            print(loaded.remark, flush=True)
        elif command == 'run':
            print(loaded.run(float(argument)), flush=True)
        else:
            raise ValueError(f'unknown command {command}; known are load and run')


if __name__ == '__main__':
    main()
