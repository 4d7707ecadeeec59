#!/usr/bin/env python3
"""Writes the golden files beside this script: what NumPy makes of arrays the tests know by heart.

Run: python3 reference/files/make.py (NumPy 1.24.2 wrote the committed ones). Element i of an array, in row-major
order, is 3 i - 50 cast to the dtype (for bool: whether i mod 3 is 0), so that the tests need no second copy.
"""
import json
import os
import struct
import zipfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def at(name):
    return os.path.join(HERE, name)


def values(dtype, shape=(7, 5)):
    i = np.arange(int(np.prod(shape)))
    flat = i % 3 == 0 if np.dtype(dtype) == np.bool_ else (3 * i - 50).astype(dtype)
    return flat.reshape(shape)


def npy():
    for code in ["b1", "u1", "i1", "i2", "i4", "i8", "f2", "f4", "f8"]:
        np.save(at(f"{code}.npy"), values(code))
    for code in ["i2", "f4", "f8"]:
        np.save(at(f"big-{code}.npy"), values(">" + code))
    np.save(at("fortran.npy"), np.asfortranarray(values("i4", (7, 5, 3))))
    np.save(at("big-fortran.npy"), np.asfortranarray(values(">f2", (2, 5, 3, 7))))
    np.save(at("scalar.npy"), np.float64(-50))
    np.save(at("empty.npy"), np.zeros((7, 0, 3), "f4"))
    for version in [(2, 0), (3, 0)]:
        with open(at(f"version-{version[0]}.npy"), "wb") as file:
            np.lib.format.write_array(file, values("f4"), version)
    # What Latent refuses by name.
    np.save(at("refused-object.npy"), np.array([None, 1], object), allow_pickle=True)
    np.save(at("refused-structured.npy"), np.zeros(3, [("a", "f4"), ("b", "i8")]))
    np.save(at("refused-text.npy"), np.array(["latent", "z"]))
    np.save(at("refused-complex.npy"), np.zeros(3, "c8"))
    np.save(at("refused-unsigned.npy"), np.zeros(3, "u4"))
    np.save(at("refused-date.npy"), np.zeros(3, "M8[D]"))
    np.save(at("refused-raw.npy"), np.zeros(3, "V2"))
    np.save(at("refused-long-double.npy"), np.zeros(3, "f16"))


def npz():
    arrays = {"x": values("f4"), "images/train": values("u1", (2, 7)), "größe": values("i8", (3,)), "scalar": values("f8", ())}
    np.savez(at("stored.npz"), **arrays)
    np.savez_compressed(at("deflated.npz"), **arrays)
    with zipfile.ZipFile(at("bare.npz"), "w") as archive:  # an entry without the ending ".npy"
        with archive.open("x", "w") as entry:
            np.lib.format.write_array(entry, values("f4"))
    with zipfile.ZipFile(at("zip64.npz"), "w") as archive:
        with archive.open("x.npy", "w", force_zip64=True) as entry:
            np.lib.format.write_array(entry, values("f4"))


def safetensors():
    """Written from the format's description alone: data in an order of their own, spaces in the JSON, no padding."""
    arrays = {"w": values("f4"), "steps": values("i8", (1,))[0], "mask": values("b1", (3,)), "none": np.zeros((0, 5), "f2")}
    names = {"f4": "F32", "i8": "I64", "b1": "BOOL", "f2": "F16"}
    header, data = {"__metadata__": {"format": "pt", "größe": "☃ \U0001f600 \"\\\n"}}, b""
    for name in ["mask", "w", "none", "steps"]:
        array = arrays[name]
        raw = array.tobytes()
        header[name] = {"dtype": names[array.dtype.str[1:]], "shape": list(array.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, indent=1).encode()
    with open(at("independent.safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


if __name__ == "__main__":
    npy()
    npz()
    safetensors()
