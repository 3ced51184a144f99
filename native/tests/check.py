# SPDX-License-Identifier: Apache-2.0
"""What the Python layer promises beyond the C tests: no copies, errors as exceptions. Needs FEDKERNEL_LIBRARY and PYTHONPATH."""

import threading

import numpy as np

import fedkernel


def raises(kind, call, part):
    try:
        call()
    except kind as error:
        assert part in str(error), (part, str(error))
    else:
        raise AssertionError(f"no {kind.__name__} with '{part}'")


library = fedkernel.Library()
with fedkernel.Device(library) as device, fedkernel.Key(library, bytes(range(32))) as key:
    assert ":" in device.name

    x = np.linspace(-1, 1, 1001, dtype=np.float32)
    address = x.ctypes.data
    norm = device.clip_l2(x, 0.5)
    assert x.ctypes.data == address and 0.4999 < np.linalg.norm(x.astype(np.float64)) <= 0.5 < norm

    noise, same = np.zeros(1001, np.float32), np.zeros(1001, np.float32)
    device.add_gaussian_noise(noise, key, round=3, sigma=2.0)
    device.add_gaussian_noise(same, key, round=3, sigma=2.0)
    assert np.array_equal(noise, same) and 1.7 < noise.std() < 2.3
    raises(ValueError, lambda: device.add_gaussian_noise(noise, key, round=2**32 + 3, sigma=2.0), "round")

    with fedkernel.ExactMean(device, 1001, 10, 10, 4) as mean:
        mean.fold(np.full(1001, 2, np.float32), 1)
        bad = np.zeros(1001, np.float32)
        bad[7] = np.nan
        raises(fedkernel.Error, lambda: mean.fold(bad, 1), "FK_STATUS_DATA")
        raises(fedkernel.Error, lambda: mean.fold(bad[:5], 1), "1001")
        raises(TypeError, lambda: mean.fold(np.zeros(1001), 1), "float32")
        raises(TypeError, lambda: mean.fold(np.zeros(2002, np.float32)[::2], 1), "contiguous")
        read_only = np.zeros(1001, np.float32)
        read_only.flags.writeable = False
        raises(TypeError, lambda: mean.finish(read_only), "read-only")
        workers = [threading.Thread(target=mean.fold, args=(np.full(1001, v, np.float32), 1)) for v in (4, 6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert mean.count == 3 and (mean.finish(np.empty(1001, np.float32)) == 4).all()

raises(fedkernel.Error, lambda: fedkernel.Device(library, "abacus"), "abacus")
raises(fedkernel.Error, lambda: device.name, "FK_STATUS_INVALID_HANDLE")
print("python ok")
