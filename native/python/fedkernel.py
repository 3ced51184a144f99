# SPDX-License-Identifier: Apache-2.0
"""FedKernel for NumPy: a thin layer over libfedkernel.so. Arrays go through by address; nothing is copied."""

import ctypes
import os
import pathlib

import numpy

_HERE = pathlib.Path(__file__).resolve().parent


class FedKernelError(RuntimeError):
    """A call failed. `status` is the name of the FK_STATUS code."""

    def __init__(self, status, text):
        super().__init__(f"{status}: {text}")
        self.status = status


def _load():
    named = os.environ.get("FEDKERNEL_LIBRARY")
    path = pathlib.Path(named) if named else _HERE / "libfedkernel.so"
    if not path.exists():
        raise OSError(f"'{path}' is not there: run native/build.sh, or set FEDKERNEL_LIBRARY to libfedkernel.so.")
    library = ctypes.CDLL(str(path.resolve()))
    library.fk_status_name.restype = ctypes.c_char_p
    library.fk_last_error.restype = ctypes.c_uint64
    library.fk_last_error.argtypes = [ctypes.c_char_p, ctypes.c_uint64]
    handle, out = ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)
    u64, real, u32 = ctypes.c_uint64, ctypes.c_double, ctypes.c_uint32
    for name, arguments in {
        "fk_init": [ctypes.c_void_p],
        "fk_device_open": [ctypes.c_char_p, out],
        "fk_device_name": [handle, ctypes.c_char_p, u64, ctypes.POINTER(u64)],
        "fk_device_close": [handle],
        "fk_exact_mean_create": [handle, u64, real, real, u32, out],
        "fk_exact_mean_fold": [handle, ctypes.c_void_p, u64, real],
        "fk_exact_mean_count": [handle, ctypes.POINTER(u64)],
        "fk_exact_mean_finish": [handle, u64, ctypes.c_void_p],
        "fk_exact_mean_destroy": [handle],
        "fk_clip_l2": [handle, u64, real, ctypes.c_void_p, ctypes.POINTER(real), ctypes.POINTER(u64)],
        "fk_key_create": [out],
        "fk_key_import": [ctypes.c_char_p, u64, out],
        "fk_key_destroy": [handle],
        "fk_add_gaussian_noise": [handle, handle, u32, u32, real, u64, ctypes.c_void_p],
    }.items():
        function = getattr(library, name)
        function.restype = ctypes.c_int32
        function.argtypes = arguments
    return library


_library = _load()


def _call(name, *arguments):
    status = getattr(_library, name)(*arguments)
    if status != 0:
        text = ctypes.create_string_buffer(2048)
        _library.fk_last_error(text, len(text))
        raise FedKernelError(_library.fk_status_name(status).decode(), text.value.decode(errors="replace"))


def _address(array, writable):
    if not isinstance(array, numpy.ndarray) or array.dtype != numpy.dtype("<f4") or not array.flags.c_contiguous:
        raise TypeError("a C-contiguous NumPy array of little-endian float32 is needed; convert it where you see the cost")
    if writable and not array.flags.writeable:
        raise TypeError("the array is read-only")
    return ctypes.c_void_p(array.ctypes.data)


class _Handle:
    _close = ""

    def __init__(self, function, *arguments):
        self._value = ctypes.c_void_p()
        _call("fk_init", None)
        _call(function, *arguments, ctypes.byref(self._value))

    def close(self):
        """Gives the handle back; closing twice does nothing."""
        if self._value:
            _call(self._close, self._value)
            self._value = ctypes.c_void_p()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Device(_Handle):
    """An open device; `None` takes the one that FEDKERNEL_DEVICE names, or else the best."""

    _close = "fk_device_close"

    def __init__(self, name=None):
        super().__init__("fk_device_open", None if name is None else name.encode())

    @property
    def name(self):
        """What really runs: id, name, capabilities."""
        text = ctypes.create_string_buffer(2048)
        _call("fk_device_name", self._value, text, len(text), None)
        return text.value.decode(errors="replace")

    def clip_l2(self, values, bound):
        """Clips in place to an L2 norm of at most `bound`; returns the norm before."""
        norm = ctypes.c_double()
        _call("fk_clip_l2", self._value, values.size, bound, _address(values, True), ctypes.byref(norm), None)
        return norm.value

    def add_gaussian_noise(self, key, values, sigma, round_number, tensor=0):
        """Adds N(0, sigma²) in place. Never use (key, round_number, tensor) twice."""
        _call("fk_add_gaussian_noise", self._value, key._value, round_number, tensor, sigma, values.size,
              _address(values, True))


class Key(_Handle):
    """256 secret bits: fresh from the operating system, or 32 bytes that somebody stored."""

    _close = "fk_key_destroy"

    def __init__(self, stored=None):
        if stored is None:
            super().__init__("fk_key_create")
        else:
            super().__init__("fk_key_import", stored, len(stored))


class ExactMean(_Handle):
    """A streaming weighted mean with the same bits for any order of the updates."""

    _close = "fk_exact_mean_destroy"

    def __init__(self, device, length, max_magnitude, max_weight, max_clients):
        super().__init__("fk_exact_mean_create", device._value, length, max_magnitude, max_weight, max_clients)
        self._length = length

    def fold(self, values, weight):
        """Folds an update in, or raises and leaves the mean as it was."""
        _call("fk_exact_mean_fold", self._value, _address(values, False), values.size, weight)

    def __len__(self):
        count = ctypes.c_uint64()
        _call("fk_exact_mean_count", self._value, ctypes.byref(count))
        return count.value

    def finish(self, out=None):
        """The mean of what was folded in so far."""
        out = numpy.empty(self._length, dtype="<f4") if out is None else out
        _call("fk_exact_mean_finish", self._value, out.size, _address(out, True))
        return out
