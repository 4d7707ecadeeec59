#!/usr/bin/env python3
"""Prints what an .npy, .npz or .safetensors file holds, as JSON: {"arrays": {name: [type, shape, bytes in hex]}, "metadata": {…}}.

The safetensors reader stands on struct and json alone, so that it shares nothing with the one it checks.
"""
import json
import struct
import sys


def safetensors(path):
    sizes = {"BOOL": 1, "U8": 1, "I8": 1, "I16": 2, "F16": 2, "BF16": 2, "I32": 4, "F32": 4, "I64": 8, "F64": 8}
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        assert length % 8 == 0
        header = json.loads(file.read(length))
        data = file.read()
    metadata = header.pop("__metadata__", {})
    arrays, end = {}, 0
    for name, info in header.items():  # the writer lists the tensors in the order of their data
        begin, stop = info["data_offsets"]
        size = sizes[info["dtype"]]
        count = size
        for extent in info["shape"]:
            count *= extent
        assert begin == end and begin % size == 0 and stop - begin == count
        end = stop
        arrays[name] = [info["dtype"], info["shape"], data[begin:stop].hex()]
    assert end == len(data)
    return arrays, metadata


def numpy(path):
    import numpy as np

    loaded = np.load(path, allow_pickle=False)
    arrays = {"": loaded} if path.endswith(".npy") else {name: loaded[name] for name in loaded.files}
    return {name: [array.dtype.str, list(array.shape), array.tobytes().hex()] for name, array in arrays.items()}, {}


if __name__ == "__main__":
    found, texts = (safetensors if sys.argv[1].endswith(".safetensors") else numpy)(sys.argv[1])
    print(json.dumps({"arrays": found, "metadata": texts}))
