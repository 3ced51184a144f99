# SPDX-License-Identifier: Apache-2.0
"""The exact weighted mean of .npy files, through fedkernel.py.

    mean_npy.py OUT.npy MAX_MAGNITUDE MAX_WEIGHT WEIGHT FILE.npy [WEIGHT FILE.npy ...]

A file that the mean refuses is named and left out. Files are mapped, not read: the library looks at the pages directly.
"""

import sys

import numpy as np

import fedkernel


def main(arguments):
    if len(arguments) < 5 or len(arguments) % 2 == 0:
        print(__doc__, file=sys.stderr)
        return 2
    out, max_magnitude, max_weight = arguments[0], float(arguments[1]), float(arguments[2])
    clients = [(float(weight), path) for weight, path in zip(arguments[3::2], arguments[4::2])]
    length = np.load(clients[0][1], mmap_mode="r", allow_pickle=False).size
    library = fedkernel.Library()
    with fedkernel.Device(library) as device:
        with fedkernel.ExactMean(device, length, max_magnitude, max_weight, len(clients)) as mean:
            for weight, path in clients:
                try:
                    mean.fold(np.load(path, mmap_mode="r", allow_pickle=False), weight)
                except fedkernel.Error as error:
                    if error.status != "FK_STATUS_DATA":
                        raise
                    print(f"{path}: {error}", file=sys.stderr)
            np.save(out, mean.finish(np.empty(length, np.float32)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
