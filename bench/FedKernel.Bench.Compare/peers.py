# SPDX-License-Identifier: Apache-2.0
"""The same work in NumPy, the way Flower does it, and in PyTorch where it is installed.

A long-lived worker: reads one JSON object a line, answers with one. It times inside itself, so that the pipe costs nothing, and the
host decides when each piece of work runs, so that runs interleave. `setup` makes the same data as the host has.
"""
import json
import os
import sys
import time

import numpy as np

try:
    import torch
except ImportError:
    torch = None

STATE = {}
OPERATIONS = {}


def operation(name, needs_torch=False):
    def register(function):
        if torch is not None or not needs_torch:
            OPERATIONS[name] = function
        return function

    return register


def setup(request):
    n, rows = request["n"], request["rows"]
    tiles = np.fromfile(request["tiles"], dtype=np.float32).reshape(rows, -1)
    matrix = np.empty((rows, n), dtype=np.float32)
    for r in range(rows):
        matrix[r] = np.resize(tiles[r], n)
    STATE.update(
        n=n, matrix=matrix, layers=list(matrix), counts=request["counts"], factor=np.float32(request["factor"]),
        bound=request["bound"], sigma=request["sigma"], folder=request["folder"], out=np.empty(n, dtype=np.float32),
        work=np.empty(n, dtype=np.float32), weights=np.array(request["weights"], dtype=np.float32),
        generator=np.random.default_rng(1), places=request["places"], file_places=request["file_places"])
    if torch is not None:
        torch.set_num_threads(request["threads"])
        STATE.update(
            t_matrix=torch.from_numpy(matrix), t_out=torch.from_numpy(STATE["out"]), t_work=torch.from_numpy(STATE["work"]),
            t_weights=torch.from_numpy(STATE["weights"]))
    return {}


def restore():
    STATE["work"][:] = STATE["matrix"][0]


def sample(values, places="places"):
    return [float(values[i]) for i in STATE[places]]


# Each operation returns (work that is timed, what to report of its result, what to do before or None).

@operation("weighted_sum_16~numpy_flower")
def _():
    # flwr/server/strategy/aggregate.py: a product of each layer with its count, a sum of them, a division.
    def work():
        products = [layer * count for layer, count in zip(STATE["layers"], STATE["counts"])]
        total = products[0]
        for product in products[1:]:
            total = np.add(total, product)
        return total / sum(STATE["counts"])

    return work, sample, None


@operation("weighted_sum_16~numpy_loop")
def _():
    def work():
        out = STATE["out"]
        out[:] = 0
        for r, layer in enumerate(STATE["layers"]):
            out += STATE["weights"][r] * layer
        return out

    return work, sample, None


@operation("weighted_sum_16~numpy_matmul")
def _():
    return lambda: np.matmul(STATE["weights"], STATE["matrix"], out=STATE["out"]), sample, None


@operation("weighted_sum_16~torch_loop", needs_torch=True)
def _():
    def work():
        out = STATE["t_out"].zero_()
        for r, weight in enumerate(STATE["weights"].tolist()):
            out.add_(STATE["t_matrix"][r], alpha=weight)
        return out

    return work, sample, None


@operation("weighted_sum_16~torch_matmul", needs_torch=True)
def _():
    return lambda: torch.matmul(STATE["t_weights"], STATE["t_matrix"], out=STATE["t_out"]), sample, None


OPERATIONS["clip_weighted_sum_16~numpy_loop"] = OPERATIONS["weighted_sum_16~numpy_loop"]
if torch is not None:
    OPERATIONS["clip_weighted_sum_16~torch_loop"] = OPERATIONS["weighted_sum_16~torch_loop"]


@operation("exact_mean_16~numpy_float64")
def _():
    def work():
        out = np.zeros(STATE["n"])
        for count, layer in zip(STATE["counts"], STATE["layers"]):
            out += count * layer.astype(np.float64)
        return (out / sum(STATE["counts"])).astype(np.float32)

    return work, sample, None


@operation("squared_l2_norm~numpy")
def _():
    return lambda: float(np.linalg.norm(STATE["layers"][0])) ** 2, lambda found: [found], None


@operation("squared_l2_norm~torch", needs_torch=True)
def _():
    return lambda: float(torch.norm(STATE["t_matrix"][0])) ** 2, lambda found: [found], None


@operation("clip_scale~numpy")
def _():
    return lambda: np.multiply(STATE["work"], STATE["factor"], out=STATE["work"]), sample, restore


@operation("clip_scale~torch", needs_torch=True)
def _():
    return lambda: STATE["t_work"].mul_(float(STATE["factor"])), sample, restore


@operation("norm_clip_scale~numpy")
def _():
    def work():
        x = STATE["work"]
        factor = min(1.0, STATE["bound"] / float(np.linalg.norm(x)))
        return np.multiply(x, np.float32(factor), out=x)

    return work, sample, restore


@operation("norm_clip_scale~torch", needs_torch=True)
def _():
    def work():
        x = STATE["t_work"]
        return x.mul_(min(1.0, STATE["bound"] / float(torch.norm(x))))

    return work, sample, restore


@operation("gaussian_noise~numpy_normal")
def _():
    # flwr/common/differential_privacy.py: float64 normals, converted, added.
    def work():
        x = STATE["work"]
        x += np.random.normal(0, STATE["sigma"], x.shape).astype(x.dtype)
        return x

    return work, sample, restore


@operation("gaussian_noise~numpy_generator")
def _():
    def work():
        x = STATE["work"]
        z = STATE["generator"].standard_normal(STATE["n"], dtype=np.float32)
        z *= np.float32(STATE["sigma"])
        x += z
        return x

    return work, sample, restore


@operation("gaussian_noise~torch", needs_torch=True)
def _():
    return lambda: STATE["t_work"].add_(torch.normal(0.0, STATE["sigma"], (STATE["n"],))), sample, restore


@operation("int8_stochastic~numpy")
def _():
    def work():
        x = STATE["layers"][0].reshape(-1, 256)
        scale = np.abs(x).max(axis=1, keepdims=True) / np.float32(127)
        u = STATE["generator"].random(x.shape, dtype=np.float32)
        return (np.floor(x / scale + u).astype(np.int8), scale)

    return work, codes, None


@operation("int8_stochastic~torch", needs_torch=True)
def _():
    def work():
        x = STATE["t_matrix"][0].reshape(-1, 256)
        scale = x.abs().amax(dim=1, keepdim=True) / 127
        return (torch.floor(x / scale + torch.rand_like(x)).to(torch.int8), scale)

    return work, codes, None


def codes(found):
    values, scales = found
    return [float(values.reshape(-1)[i]) * float(scales.reshape(-1)[i // 256]) for i in STATE["places"]]


@operation("mean_of_npy_16~numpy_flower")
def _():
    def work():
        folder = STATE["folder"]
        layers = [np.load(os.path.join(folder, f"{r}.npy")) for r in range(len(STATE["counts"]))]
        products = [layer * count for layer, count in zip(layers, STATE["counts"])]
        total = products[0]
        for product in products[1:]:
            total = np.add(total, product)
        total = total / sum(STATE["counts"])
        np.save(os.path.join(folder, "mean-numpy.npy"), total)
        return total

    return work, lambda found: sample(found, "file_places"), None


def run(request):
    work, report, before = OPERATIONS[request["name"]]()
    if before is not None:
        before()
    start = time.perf_counter()
    found = work()
    seconds = time.perf_counter() - start
    # The threads of BLAS and OpenMP spin for a while after their work: the next one to be timed must not pay for it.
    time.sleep(0.05 if STATE["n"] > 1 << 20 else 0)
    return {"seconds": seconds, "found": report(found)}


def hello(_):
    return {
        "python": sys.version.split()[0], "numpy": np.__version__, "torch": None if torch is None else torch.__version__,
        "operations": sorted(OPERATIONS)}


def main():
    handlers = {"hello": hello, "setup": setup, "run": run}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = handlers[request["op"]](request)
        except Exception as error:  # the host decides what a failure means
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
