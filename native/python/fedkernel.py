# SPDX-License-Identifier: Apache-2.0
"""FedKernel from Python: a thin layer of ctypes over fedkernel.h.

Vectors are NumPy arrays, one-dimensional, contiguous, float32. Their memory is passed as it is: nothing is copied, and an array
that would need a copy is an error. Start processes with the "spawn" method: a process forked after start() is refused.
"""

import ctypes
import os

import numpy as np

_u32, _u64, _double, _pointer = ctypes.c_uint32, ctypes.c_uint64, ctypes.c_double, ctypes.c_void_p
_DEFAULT_LIBRARY = "libfedkernel.so"


class Error(Exception):
    """A call failed. `status` has the name of the code, such as FK_STATUS_DATA."""

    def __init__(self, status, text):
        super().__init__(f"{status}: {text}")
        self.status = status


class _Config(ctypes.Structure):
    _fields_ = [("size", _u64), ("managed_dir", ctypes.c_char_p), ("dotnet_root", ctypes.c_char_p)]


_SIGNATURES = {
    "fk_init": [ctypes.POINTER(_Config)],
    "fk_device_open": [ctypes.c_char_p, ctypes.POINTER(_pointer)],
    "fk_device_name": [_pointer, ctypes.c_char_p, _u64, ctypes.POINTER(_u64)],
    "fk_device_close": [_pointer],
    "fk_exact_mean_create": [_pointer, _u64, _double, _double, _u32, ctypes.POINTER(_pointer)],
    "fk_exact_mean_fold": [_pointer, _pointer, _u64, _double],
    "fk_exact_mean_count": [_pointer, ctypes.POINTER(_u64)],
    "fk_exact_mean_finish": [_pointer, _u64, _pointer],
    "fk_exact_mean_destroy": [_pointer],
    "fk_clip_l2": [_pointer, _u64, _double, _pointer, ctypes.POINTER(_double), ctypes.POINTER(_u64)],
    "fk_key_create": [ctypes.POINTER(_pointer)],
    "fk_key_import": [ctypes.c_char_p, _u64, ctypes.POINTER(_pointer)],
    "fk_key_destroy": [_pointer],
    "fk_add_gaussian_noise": [_pointer, _pointer, _u32, _u32, _double, _u64, _pointer],
}


class Library:
    """libfedkernel.so, started.

    path: the library; FEDKERNEL_LIBRARY if None, and libfedkernel.so beside this file or on the loader's path after that.
    """

    def __init__(self, path=None, dotnet_root=None):
        beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), _DEFAULT_LIBRARY)
        found = path or os.environ.get("FEDKERNEL_LIBRARY") or (beside if os.path.exists(beside) else _DEFAULT_LIBRARY)
        self._native = ctypes.CDLL(found)
        self._native.fk_status_name.restype = ctypes.c_char_p
        self._native.fk_status_name.argtypes = [ctypes.c_int32]
        self._native.fk_last_error.restype = _u64
        self._native.fk_last_error.argtypes = [ctypes.c_char_p, _u64]
        self._native.fk_abi_version.restype = _u32
        for name, arguments in _SIGNATURES.items():
            function = getattr(self._native, name)
            function.argtypes, function.restype = arguments, ctypes.c_int32
        root = os.fsencode(dotnet_root) if dotnet_root else None
        self.call("fk_init", ctypes.byref(_Config(ctypes.sizeof(_Config), None, root)))

    def call(self, name, *arguments):
        """Calls a function by its name in C; raises Error if it fails."""
        status = getattr(self._native, name)(*arguments)
        if status != 0:
            length = self._native.fk_last_error(None, 0)
            text = ctypes.create_string_buffer(length + 1)
            self._native.fk_last_error(text, length + 1)
            raise Error(self._native.fk_status_name(status).decode(), text.value.decode())


class _Owned:
    """An object behind a handle, which ends with a `with` block or with close()."""

    _close = None

    def __init__(self, library, create, *arguments):
        self.library = library
        self.handle = _pointer()
        library.call(create, *arguments, ctypes.byref(self.handle))

    def close(self):
        """Gives the handle back; the second time does nothing."""
        handle, self.handle = self.handle, _pointer()
        self.library.call(self._close, handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _vector(array, writable=False):
    if not isinstance(array, np.ndarray) or array.dtype != np.dtype("<f4") or array.ndim != 1:
        raise TypeError("a vector must be a one-dimensional numpy array of float32")
    if not array.flags.c_contiguous or not array.flags.aligned:
        raise TypeError("a vector must be contiguous and aligned: pass a copy if one is wanted")
    if writable and not array.flags.writeable:
        raise TypeError("the vector is read-only, and the result would be written to it")
    return array.ctypes.data


class Key(_Owned):
    """A secret key: a fresh one, or the 32 bytes of one that was stored."""

    _close = "fk_key_destroy"

    def __init__(self, library, stored=None):
        if stored is None:
            super().__init__(library, "fk_key_create")
        else:
            super().__init__(library, "fk_key_import", bytes(stored), len(stored))


class Device(_Owned):
    """An open device; id None takes the one of FEDKERNEL_DEVICE, or the best of the machine."""

    _close = "fk_device_close"

    def __init__(self, library, id=None):
        super().__init__(library, "fk_device_open", None if id is None else id.encode())

    @property
    def name(self):
        """What really runs."""
        length = _u64()
        self.library.call("fk_device_name", self.handle, None, 0, ctypes.byref(length))
        text = ctypes.create_string_buffer(length.value + 1)
        self.library.call("fk_device_name", self.handle, text, length.value + 1, None)
        return text.value.decode()

    def clip_l2(self, values, bound):
        """Clips in place to an L2 norm of at most bound; returns the norm before."""
        norm = _double()
        self.library.call(
            "fk_clip_l2", self.handle, values.size, bound, _vector(values, writable=True), ctypes.byref(norm), None)
        return norm.value

    def add_gaussian_noise(self, values, key, round, sigma, tensor=0):
        """Adds noise in place; (key, round, tensor) must never repeat."""
        # ctypes would cut numbers to 32 bits without a word, and a repeated nonce takes the noise away.
        if not (0 <= round < 2**32 and 0 <= tensor < 2**32):
            raise ValueError(f"round {round} and tensor {tensor} must lie in [0, 2**32)")
        self.library.call(
            "fk_add_gaussian_noise", self.handle, key.handle, round, tensor, sigma, values.size,
            _vector(values, writable=True))


class ExactMean(_Owned):
    """A streaming weighted mean with the same bits for any order of the updates."""

    _close = "fk_exact_mean_destroy"

    def __init__(self, device, length, max_magnitude, max_weight, max_clients):
        if not (0 <= length < 2**64 and 0 <= max_clients < 2**32):
            raise ValueError(f"length {length} must lie in [0, 2**64), max_clients {max_clients} in [0, 2**32)")
        super().__init__(
            device.library, "fk_exact_mean_create", device.handle, length, max_magnitude, max_weight, max_clients)

    def fold(self, values, weight):
        """Folds an update in; raises Error and changes nothing if it is refused."""
        self.library.call("fk_exact_mean_fold", self.handle, _vector(values), values.size, weight)

    @property
    def count(self):
        """How many updates were folded in."""
        count = _u64()
        self.library.call("fk_exact_mean_count", self.handle, ctypes.byref(count))
        return count.value

    def finish(self, out):
        """Writes the mean into out and returns it."""
        self.library.call("fk_exact_mean_finish", self.handle, out.size, _vector(out, writable=True))
        return out
