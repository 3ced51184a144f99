# SPDX-License-Identifier: Apache-2.0
"""The same work in NumPy, the way Flower does it, in PyTorch, and in dp_accounting, where they are installed.

A long-lived worker: reads one JSON object a line, answers with one. It times inside itself, so that the pipe costs nothing, and the
host decides when each piece of work runs, so that runs interleave. `setup` makes the same data as the host has.
"""
import importlib.metadata
import json
import os
import pathlib
import sys
import time

import numpy as np


def version_of(package):
    """Installed, or beside the package as in its repository."""
    try:
        return importlib.metadata.version(package.__name__)
    except importlib.metadata.PackageNotFoundError:
        beside = pathlib.Path(package.__file__).parents[1] / "VERSION"
        return beside.read_text().split()[-1] if beside.exists() else "of unknown version"


try:
    import torch
except ImportError:
    torch = None

try:
    # Google's accountant. Not in Debian: it is found where PYTHONPATH has its folder.
    import dp_accounting
    from dp_accounting.pld import PLDAccountant
except ImportError as error:
    dp_accounting = None
    ACCOUNTANT = f"not importable ({error})"
else:
    ACCOUNTANT = version_of(dp_accounting)

STATE = {}
OPERATIONS = {}


def operation(name, needs=np):
    def register(function):
        if needs is not None:
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


@operation("weighted_sum_16~torch_loop", needs=torch)
def _():
    def work():
        out = STATE["t_out"].zero_()
        for r, weight in enumerate(STATE["weights"].tolist()):
            out.add_(STATE["t_matrix"][r], alpha=weight)
        return out

    return work, sample, None


@operation("weighted_sum_16~torch_matmul", needs=torch)
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


@operation("squared_l2_norm~torch", needs=torch)
def _():
    return lambda: float(torch.norm(STATE["t_matrix"][0])) ** 2, lambda found: [found], None


@operation("clip_scale~numpy")
def _():
    return lambda: np.multiply(STATE["work"], STATE["factor"], out=STATE["work"]), sample, restore


@operation("clip_scale~torch", needs=torch)
def _():
    return lambda: STATE["t_work"].mul_(float(STATE["factor"])), sample, restore


@operation("norm_clip_scale~numpy")
def _():
    def work():
        x = STATE["work"]
        factor = min(1.0, STATE["bound"] / float(np.linalg.norm(x)))
        return np.multiply(x, np.float32(factor), out=x)

    return work, sample, restore


@operation("norm_clip_scale~torch", needs=torch)
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


@operation("gaussian_noise~torch", needs=torch)
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


@operation("int8_stochastic~torch", needs=torch)
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


# Discrete Gaussian noise in blocks that stay in the cache. Neither is exact, as both work in float64, and neither takes constant time.

BLOCK = 1 << 16


def draw_table(sigma):
    """Inverse of a cumulative table: one uniform and a binary search a sample."""
    most = int(9 * sigma) + 2
    values = np.arange(-most, most + 1)
    table = np.cumsum(np.exp(-values * values / (2 * sigma * sigma)))
    table /= table[-1]
    return lambda count: np.searchsorted(table, STATE["generator"].random(count), side="right") - most


def draw_rejection(sigma):
    """Canonne, Kamath, Steinke 2020, algorithm 3, a block at a time: discrete Laplace proposals with t = floor(sigma) + 1."""
    t = int(sigma) + 1

    def draw(count):
        generator, parts = STATE["generator"], []
        while count > 0:
            size = np.floor(t * generator.standard_exponential(BLOCK))
            negative = generator.random(BLOCK) < 0.5
            excess = size - sigma * sigma / t
            kept = generator.standard_exponential(BLOCK) >= excess * excess / (2 * sigma * sigma)
            kept &= ~(negative & (size == 0))
            parts.append(np.where(negative, -size, size)[kept][:count])
            count -= len(parts[-1])
        return np.concatenate(parts)

    return draw


def integers():
    STATE.setdefault("integers", np.empty(STATE["n"], dtype=np.int32))[:] = 0


def moments(sigma, before=0):
    def report(x):
        z = (x[:1 << 16] - before) / sigma
        return [float(z.mean()), float(z.var()), float(len(z))]

    return report


def register_discrete(name, sigma, draw):
    @operation(name)
    def _():
        def work():
            x = STATE["integers"]
            for start in range(0, len(x), BLOCK):
                part = x[start:start + BLOCK]
                part += sampler(len(part)).astype(np.int32)
            return x

        sampler = draw(sigma)
        return work, moments(sigma), integers


# Of the two the faster one at this sigma.
register_discrete("discrete_gaussian_8~numpy_table", 8, draw_table)
register_discrete("discrete_gaussian_1000~numpy_rejection", 1000, draw_rejection)


@operation("clip_round_discrete_gaussian_8~numpy_table")
def _():
    integers()
    x, y, factor, sampler = STATE["layers"][0], STATE["integers"], np.float32(1 << 20), draw_table(8)

    def work():
        for start in range(0, len(y), BLOCK):
            part = x[start:start + BLOCK]
            y[start:start + BLOCK] = np.rint(part * factor) + sampler(len(part))
        return y

    return work, moments(8, np.rint(x[:1 << 16] * factor)), None


def sampled_gaussian(noise):
    event = dp_accounting.dp_event
    return event.SelfComposedDpEvent(event.PoissonSampledDpEvent(0.01, event.GaussianDpEvent(noise)), 1000)


@operation("privacy_epsilon_1000_steps~dp_accounting", needs=dp_accounting)
def _():
    # Its defaults: an upper bound on a grid of 1e-4, no lower one.
    return lambda: PLDAccountant().compose(sampled_gaussian(1.0)).get_epsilon(1e-5), lambda found: [found], None


@operation("privacy_noise_for_epsilon_1~dp_accounting", needs=dp_accounting)
def _():
    return lambda: dp_accounting.calibrate_dp_mechanism(PLDAccountant, sampled_gaussian, 1.0, 1e-5), lambda found: [found], None


# Compression. Data with ties would be kinder to a selection than updates are: normal values, the same number of them.

# Dettmers et al. 2023, QLoRA: the sixteen values of NF4.
NF4 = np.array([
    -1, -.6961928009986877, -.5250730514526367, -.39491748809814453, -.28444138169288635, -.18477343022823334, -.09105003625154495, 0,
    .07958029955625534, .16093020141124725, .24611230194568634, .33791524171829224, .44070982933044434, .5626170039176941,
    .7229568362236023, 1], dtype=np.float32)
NF4_BETWEEN = (NF4[1:] + NF4[:-1]) / 2


def normal_values():
    if "normal" not in STATE:
        STATE["normal"] = np.random.default_rng(2).standard_normal(STATE["n"], dtype=np.float32)
    return STATE["normal"]


def selection(found):
    """Count, and how many outside are larger than the smallest that was taken."""
    found = np.asarray(found)
    size = np.abs(STATE["normal"])
    least = size[found].min()
    return [float(len(np.unique(found))), float((size > least).sum() - (size[found] > least).sum())]


@operation("topk_1_percent~numpy_argpartition")
def _():
    x, k = normal_values(), STATE["n"] // 100
    return lambda: np.argpartition(np.abs(x), len(x) - k)[len(x) - k:], selection, None


@operation("topk_1_percent~torch_topk", needs=torch)
def _():
    x, k = torch.from_numpy(normal_values()), STATE["n"] // 100
    return lambda: torch.topk(x.abs(), k, sorted=False).indices, selection, None


@operation("int8_blocks~numpy")
def _():
    def work():
        x = STATE["layers"][0].reshape(-1, 256)
        scale = np.abs(x).max(axis=1, keepdims=True) / np.float32(127)
        return (np.rint(x / scale).astype(np.int8), scale)

    return work, codes, None


@operation("int8_blocks~torch", needs=torch)
def _():
    def work():
        x = STATE["t_matrix"][0].reshape(-1, 256)
        scale = x.abs().amax(dim=1, keepdim=True) / 127
        return (torch.round(x / scale).to(torch.int8), scale)

    return work, codes, None


@operation("nf4_blocks~numpy_searchsorted")
def _():
    def work():
        x = STATE["layers"][0].reshape(-1, 64)
        scale = np.abs(x).max(axis=1, keepdims=True)
        code = np.searchsorted(NF4_BETWEEN, (x / scale).reshape(-1)).astype(np.uint8)
        return (code[0::2] | (code[1::2] << 4), scale)

    return work, nf4_values, None


@operation("nf4_blocks~torch_bucketize", needs=torch)
def _():
    between = torch.from_numpy(NF4_BETWEEN)

    def work():
        x = STATE["t_matrix"][0].reshape(-1, 64)
        scale = x.abs().amax(dim=1, keepdim=True)
        code = torch.bucketize((x / scale).reshape(-1), between, out_int32=True).to(torch.uint8)
        return (code[0::2] | (code[1::2] << 4), scale)

    return work, nf4_values, None


def nf4_values(found):
    packed, scales = found
    scales = scales.reshape(-1)
    return [float(NF4[(int(packed[i // 2]) >> (4 * (i % 2))) & 15]) * float(scales[i // 64]) for i in STATE["places"]]


def transformed(found):
    """First element, which is the sum over the square root of the length, and the squared norm, which stays."""
    found = np.asarray(found).reshape(-1)
    return [float(found[0]), float(np.vdot(found, found))]


def rotated_length():
    return 1 << min(24, STATE["n"].bit_length() - 1)


@operation("rotation_2_24~numpy_butterflies")
def _():
    n = rotated_length()
    a, b = np.empty(n, dtype=np.float32), np.empty(n, dtype=np.float32)

    def work():
        x, y, h = a, b, 1
        np.multiply(STATE["layers"][0][:n], np.float32(1 / np.sqrt(n)), out=x)
        while h < n:
            u, v = x.reshape(-1, 2, h), y.reshape(-1, 2, h)
            np.add(u[:, 0], u[:, 1], out=v[:, 0])
            np.subtract(u[:, 0], u[:, 1], out=v[:, 1])
            x, y, h = y, x, 2 * h
        return x

    return work, transformed, None


@operation("rotation_2_24~torch_butterflies", needs=torch)
def _():
    n = rotated_length()
    a, b = torch.empty(n), torch.empty(n)

    def work():
        x, y, h = a, b, 1
        torch.mul(STATE["t_matrix"][0][:n], 1 / n ** 0.5, out=x)
        while h < n:
            u, v = x.view(-1, 2, h), y.view(-1, 2, h)
            torch.add(u[:, 0], u[:, 1], out=v[:, 0])
            torch.sub(u[:, 0], u[:, 1], out=v[:, 1])
            x, y, h = y, x, 2 * h
        return x

    return work, transformed, None


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
        "dp_accounting": ACCOUNTANT,
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
