# SPDX-License-Identifier: Apache-2.0
"""The work of `bench` in PyTorch and CuPy on the same CUDA device, beside its times.

Every sample is synchronized and at least some milliseconds long; medians over samples. Memory of a result is allocated once where the
library lets the caller say so. A peer that breaks is reported and does not stop the others.
"""
import argparse
import gc
import importlib
import json
import statistics
import sys
import time

ROWS = 16
USUAL = 24 << 20  # elements of a row, as in `bench`
SORTED = 4 << 20  # elements for what sorts or selects
SAMPLES, SAMPLE_SECONDS, CASE_SECONDS = 15, 5e-3, 3.0

# case: (bytes an element must touch; the name of ours in the file of `bench`, or None)
CASES = {
    "device_copy": (8, "limit.device_copy"),
    "weighted_sum_16": (68, "weighted_sum_16"),
    "sum_of_rows_16": (68, None),
    "squared_l2_norm": (4, "squared_l2_norm"),
    "clip_scale": (8, "clip_scale"),
    "norm_clip_scale": (12, "norm_clip_scale"),
    "normal": (4, None),
    "gaussian_noise": (8, "gaussian_noise_philox"),
    "int8_stochastic": (5, "int8_stochastic"),
    "topk_1_percent": (4, None),
    "median_16": (68, None),
}


def torch_work(torch, index, n, small):
    device = torch.device("cuda", index)
    torch.cuda.set_device(device)
    matrix = torch.randn((ROWS, n), device=device)
    weights = torch.arange(1, ROWS + 1, device=device, dtype=torch.float32) / 136
    scalars = weights.tolist()
    x, out, part = matrix[0].clone(), torch.empty(n, device=device), matrix[:, :small].contiguous()
    bound = float(torch.linalg.vector_norm(x)) / 2

    def loop():
        torch.mul(matrix[0], scalars[0], out=out)
        for r in range(1, ROWS):
            out.add_(matrix[r], alpha=scalars[r])

    def quantize():
        blocks = matrix[0].view(-1, 256)
        scale = blocks.abs().amax(dim=1, keepdim=True) / 127
        return torch.floor(blocks / scale + torch.rand_like(blocks)).to(torch.int8), scale

    return {
        "device_copy": {"copy_": lambda: out.copy_(matrix[1])},
        "weighted_sum_16": {"matmul": lambda: torch.matmul(weights, matrix, out=out), "loop": loop},
        "sum_of_rows_16": {"sum": lambda: torch.sum(matrix, dim=0, out=out)},
        "squared_l2_norm": {"norm": lambda: torch.norm(matrix[0]).square(), "dot": lambda: torch.dot(matrix[0], matrix[0])},
        "clip_scale": {"mul_": lambda: x.mul_(-1.0)},
        "norm_clip_scale": {"norm+mul_": lambda: x.mul_(torch.clamp(bound / torch.norm(x), max=1.0))},
        "normal": {"normal_": lambda: out.normal_()},
        "gaussian_noise": {"randn+add_": lambda: out.add_(torch.randn(n, device=device), alpha=1e-3)},
        "int8_stochastic": {"floor": quantize},
        "topk_1_percent": {"topk": lambda: torch.topk(part[0], small // 100, sorted=False)},
        "median_16": {"median": lambda: torch.median(part, dim=0)},
    }, lambda: torch.cuda.synchronize(device)


def cupy_work(cupy, index, n, small):
    cupy.cuda.Device(index).use()
    matrix = cupy.empty((ROWS, n), dtype=cupy.float32)
    for r in range(ROWS):
        matrix[r] = cupy.random.standard_normal(n, dtype=cupy.float32)
    weights = cupy.arange(1, ROWS + 1, dtype=cupy.float32) / cupy.float32(136)
    x, out, part = matrix[0].copy(), cupy.zeros(n, dtype=cupy.float32), cupy.ascontiguousarray(matrix[:, :small])
    bound = cupy.linalg.norm(x) / 2
    one = cupy.float32(1)

    def clip():
        factor = cupy.minimum(bound / cupy.linalg.norm(x), one)
        cupy.multiply(x, factor, out=x)

    def noise():
        z = cupy.random.standard_normal(n, dtype=cupy.float32)
        z *= cupy.float32(1e-3)
        cupy.add(out, z, out=out)

    def quantize():
        blocks = matrix[0].reshape(-1, 256)
        scale = cupy.abs(blocks).max(axis=1, keepdims=True) / cupy.float32(127)
        u = cupy.random.random(blocks.shape, dtype=cupy.float32)
        return cupy.floor(blocks / scale + u).astype(cupy.int8), scale

    return {
        "device_copy": {"copyto": lambda: cupy.copyto(out, matrix[1])},
        "weighted_sum_16": {"matmul": lambda: cupy.matmul(weights, matrix, out=out)},
        "sum_of_rows_16": {"sum": lambda: cupy.sum(matrix, axis=0, out=out)},
        "squared_l2_norm": {"norm": lambda: cupy.linalg.norm(matrix[0]) ** 2, "dot": lambda: cupy.dot(matrix[0], matrix[0])},
        "clip_scale": {"multiply": lambda: cupy.multiply(x, cupy.float32(-1), out=x)},
        "norm_clip_scale": {"norm+multiply": clip},
        "normal": {"standard_normal": lambda: cupy.random.standard_normal(n, dtype=cupy.float32)},
        "gaussian_noise": {"standard_normal+add": noise},
        "int8_stochastic": {"floor": quantize},
        "topk_1_percent": {"argpartition": lambda: cupy.argpartition(part[0], small - small // 100)},
        "median_16": {"median": lambda: cupy.median(part, axis=0)},
    }, cupy.cuda.Device(index).synchronize


def measure(work, synchronize):
    """Seconds of one call, a sample each."""
    start, batch = time.perf_counter(), 1
    for _ in range(3):
        work()
    synchronize()

    def sample():
        before = time.perf_counter()
        for _ in range(batch):
            work()
        synchronize()
        return time.perf_counter() - before

    while (seconds := sample()) < SAMPLE_SECONDS and batch < 1 << 16:
        batch = max(batch + 1, min(batch * 10, int(batch * 1.5 * SAMPLE_SECONDS / max(seconds, 1e-7))))
    found = []
    while len(found) < SAMPLES and (len(found) < 3 or time.perf_counter() - start < CASE_SECONDS):
        found.append(sample() / batch)
    return found


def free_bytes(name, library, index):
    if name == "torch":
        return library.cuda.mem_get_info(index)[0]
    with library.cuda.Device(index):
        return library.cuda.runtime.memGetInfo()[0]


def run_library(name, create, index, found):
    """Adds results and failures of a library; says what it is."""
    library = importlib.import_module(name)
    free = free_bytes(name, library, index)
    n = min(USUAL, free // 2 // (4 * (ROWS + 12)) // 4096 * 4096)
    if n < 1 << 20:
        raise MemoryError(f"{free} bytes are free on the device")
    small = min(SORTED, n)
    works, synchronize = create(library, index, n, small)
    for case, variants in works.items():
        elements = small if case in ("topk_1_percent", "median_16") else n
        for variant, work in variants.items():
            entry = {"case": case, "library": name, "way": variant, "elements": elements}
            try:
                seconds = measure(work, synchronize)
            except Exception as error:  # one operation that a version lacks must not cost the others
                entry["error"] = f"{type(error).__name__}: {error}".splitlines()[0]
            else:
                median = statistics.median(seconds)
                entry.update(
                    seconds=median, least=min(seconds), most=max(seconds), samples=len(seconds),
                    gbps=CASES[case][0] * elements / median / 1e9, melements_per_s=elements / median / 1e6)
            found.append(entry)
    return library.__version__


def ours(path, device):
    """Million elements a second, and GB/s, of every case that `bench` has measured."""
    try:
        with open(path, encoding="utf-8") as file:
            results = json.load(file)["results"]
    except (OSError, TypeError, ValueError, KeyError) as error:
        print(f"peers: no times of ours to compare with: {error}", file=sys.stderr)
        return {}
    prefix = f"bench.{device}."
    return {r["name"][len(prefix):]: r["value"] for r in results if r["name"].startswith(prefix) and r["value"]}


def compare(found, mine):
    """For each case the best peer, and how much faster ours is than it."""
    rows = []
    for case, (_, our_name) in CASES.items():
        peers = [f for f in found if f["case"] == case and "gbps" in f]
        if not peers:
            continue
        best = max(peers, key=lambda f: f["gbps"])
        row = {"case": case, "best_peer": f"{best['library']} {best['way']}", "peer_gbps": best["gbps"]}
        our_gbps = mine.get(f"{our_name}.gbps") if our_name else None
        if our_gbps:
            row.update(our_gbps=our_gbps, ours_over_best_peer=our_gbps / best["gbps"])
            if f"{our_name}.share_of_limit" in mine:
                row["our_share_of_device_copy"] = mine[f"{our_name}.share_of_limit"]
        rows.append(row)
    return rows


def show(rows, found):
    print(f"{'case':18} {'best peer':28} {'GB/s':>8} {'ours':>8} {'ours/peer':>9} {'of copy':>8}")
    for row in rows:
        figures = [row.get("our_gbps"), row.get("ours_over_best_peer"), row.get("our_share_of_device_copy")]
        ours_, ratio, share = (("-" if f is None else f"{f:.{d}f}") for f, d in zip(figures, (0, 2, 2)))
        print(f"{row['case']:18} {row['best_peer']:28} {row['peer_gbps']:8.0f} {ours_:>8} {ratio:>9} {share:>8}")
    lost = [r["case"] for r in rows if r.get("ours_over_best_peer", 1) < 1]
    print("A peer wins in: " + (", ".join(lost) if lost else "no case of this run") + ".")
    for entry in found:
        if "error" in entry:
            print(f"{entry['library']} {entry['case']}: {entry['error']}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--bench", help="file of `bench --json`")
    parser.add_argument("--json", required=True)
    options = parser.parse_args()
    kind, _, number = options.device.partition(":")
    if kind != "cuda" or not number.isdigit():
        parser.error(f"--device takes cuda:N; got '{options.device}'")
    found, libraries = [], {}
    for name, create in (("torch", torch_work), ("cupy", cupy_work)):
        try:
            libraries[name] = run_library(name, create, int(number), found)
        except Exception as error:  # not installed, or without the device
            libraries[name] = None
            print(f"peers: no {name}: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}", file=sys.stderr)
        gc.collect()
        if name == "torch" and libraries[name]:
            sys.modules["torch"].cuda.empty_cache()
    rows = compare(found, ours(options.bench, options.device))
    with open(options.json, "w", encoding="utf-8") as file:
        json.dump({
            "command": "peers", "python": sys.version.split()[0], "device": options.device, "libraries": libraries,
            "comparison": rows, "results": found}, file, indent=2)
    show(rows, found)
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main())
