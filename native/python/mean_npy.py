#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Averages .npy files: mean_npy.py OUT.npy WEIGHT FILE.npy [WEIGHT FILE.npy ...]"""

import sys

import numpy

import fedkernel


def main(arguments):
    if len(arguments) < 3 or len(arguments) % 2 == 0:
        sys.exit(__doc__)
    out, pairs = arguments[0], list(zip(arguments[1::2], arguments[2::2]))
    # Mapped, not read: the file's pages are what the kernel sees. allow_pickle stays off: a pickle is a program.
    first = numpy.load(pairs[0][1], mmap_mode="r", allow_pickle=False)
    with fedkernel.Device() as device:
        with fedkernel.ExactMean(device, first.size, max_magnitude=64, max_weight=100000, max_clients=1024) as mean:
            poisoned = numpy.full(first.size, numpy.nan, dtype="<f4")
            try:
                mean.fold(poisoned, 1)
                sys.exit("an update of NaN was not refused")
            except fedkernel.FedKernelError as error:
                assert error.status == "FK_STATUS_DATA", error
            for weight, path in pairs:
                mean.fold(numpy.load(path, mmap_mode="r", allow_pickle=False), float(weight))
            assert len(mean) == len(pairs)
            result = mean.finish()
    numpy.save(out, result)


if __name__ == "__main__":
    main(sys.argv[1:])
