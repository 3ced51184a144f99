/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FedKernel in C: devices, the exact weighted mean of model updates, clipping and noise.
 *
 * Rules that hold for every function, unless its own comment says otherwise:
 *
 *   Status      Functions return an fk_status: FK_STATUS_OK or a negative code. After a failure fk_last_error() has the text.
 *               Besides the codes named at a function, each may return FK_STATUS_NOT_INITIALIZED (fk_init() has not succeeded),
 *               FK_STATUS_FORKED and FK_STATUS_INTERNAL. No exception and no long jump leaves the library.
 *   Handles     Pointers to incomplete types. They point nowhere: a closed, foreign or mistyped handle is found out and gives
 *               FK_STATUS_INVALID_HANDLE, never a crash. A handle value is not used twice in a process.
 *   Order       Handles first, then inputs, then outputs. A failed call writes no output but handles, which become NULL, and
 *               what its comment says.
 *   Memory      Buffers are the caller's, are used during the call only, and must not be changed by others meanwhile. Buffers
 *               of float must be aligned to 4 bytes; FK_ALIGNMENT_BYTES is faster. NULL is an error where it is not allowed by
 *               name; a vector may be NULL if its length is 0. A pointer to memory that is not there cannot be found out.
 *   Lengths     Count elements, not bytes, and are at most FK_LENGTH_MAX.
 *   Text        UTF-8, ends with a zero byte, and is cut at a whole character where it does not fit.
 *   Threads     Every function may be called from any thread. Calls on one fk_exact_mean wait for each other; all others run
 *               side by side. Closing a handle that another thread is using is safe: the object lives until that call ends.
 *   fork        The runtime inside does not survive fork(): in the child every call that needs it returns FK_STATUS_FORKED.
 *               Fork before fk_init(), or start processes with exec (in Python: multiprocessing "spawn").
 *   Unloading   The library stays loaded until the process ends; dlclose() does nothing.
 */
#ifndef FEDKERNEL_H
#define FEDKERNEL_H

#include <stdint.h>

#if defined(__GNUC__)
#define FK_API __attribute__((visibility("default")))
#else
#define FK_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Constants: each as a macro, and as a function for bindings that cannot read a header ---------------------------------- */

/* Version of this interface. It grows when a function is added; what exists does not change. */
#define FK_ABI_VERSION 1u
/* Length of a secret key in bytes. */
#define FK_KEY_BYTES 32u
/* Length of each text in an fk_device_info in bytes, with its zero byte. */
#define FK_TEXT_BYTES 512u
/* Alignment at which vectors are processed fastest, in bytes. Not a requirement. */
#define FK_ALIGNMENT_BYTES 64u
/* The longest vector, in elements: 2^36, which is 256 GiB of float. */
#define FK_LENGTH_MAX UINT64_C(68719476736)
/* The most updates in one mean: 2^24. */
#define FK_CLIENTS_MAX 16777216u

/* These six need no fk_init() and cannot fail. fk_abi_version() may be larger than the FK_ABI_VERSION compiled against. */
FK_API uint32_t fk_abi_version(void);
FK_API uint64_t fk_key_bytes(void);
FK_API uint64_t fk_text_bytes(void);
FK_API uint64_t fk_alignment_bytes(void);
FK_API uint64_t fk_length_max(void);
FK_API uint32_t fk_clients_max(void);

/* ---- Status ---------------------------------------------------------------------------------------------------------------- */

typedef int32_t fk_status;

enum {
    FK_STATUS_OK = 0,
    FK_STATUS_INVALID_ARGUMENT = -1, /* a NULL, a length, an alignment, a number outside its range */
    FK_STATUS_INVALID_HANDLE = -2,   /* a handle that is closed, of another type, or not from this library */
    FK_STATUS_OUT_OF_MEMORY = -3,    /* of the host or of the device */
    FK_STATUS_DEVICE = -4,           /* a device is missing, refused, or failed */
    FK_STATUS_DATA = -5,             /* values are not finite or outside their declared range, or bytes are malformed */
    FK_STATUS_PROTOCOL = -6,         /* a call that the state of a round does not allow */
    FK_STATUS_PRIVACY_BUDGET = -7,   /* the budget does not allow this release */
    FK_STATUS_NOT_INITIALIZED = -8,  /* fk_init() has not succeeded */
    FK_STATUS_FORKED = -9,           /* this process was forked after fk_init() */
    FK_STATUS_RUNTIME = -10,         /* fk_init() could not start .NET */
    FK_STATUS_INTERNAL = -11         /* a fault of this library: please report its text */
};

/* The name of a status, such as "FK_STATUS_DATA"; "FK_STATUS_UNKNOWN" for any other number. Static memory; needs no fk_init(). */
FK_API const char *fk_status_name(fk_status status);

/*
 * The text of the last failure on this thread; empty if there was none. A success leaves it as it is.
 *   buffer    receives the text; may be NULL if capacity is 0
 *   capacity  bytes at buffer
 * Returns the length of the whole text in bytes without its zero byte: if this is not less than capacity, the text was cut.
 * Works before fk_init() and in a forked child.
 */
FK_API uint64_t fk_last_error(char *buffer, uint64_t capacity);

/* ---- Start ----------------------------------------------------------------------------------------------------------------- */

/* How to start. Set size to sizeof(fk_config) and what is not needed to NULL, or begin with FK_CONFIG_DEFAULT. */
typedef struct fk_config {
    uint64_t size;
    const char *managed_dir; /* folder with FedKernel.Abi.dll; NULL: the folder of libfedkernel.so */
    const char *dotnet_root; /* root of a .NET installation; NULL: DOTNET_ROOT, then where the system has registered it */
} fk_config;

#define FK_CONFIG_DEFAULT { sizeof(fk_config), 0, 0 }

/*
 * Starts .NET inside this process, which takes about a tenth of a second; it cannot be stopped again. Once it has succeeded,
 * further calls return FK_STATUS_OK at once and ignore their argument; after a failure it may be called again.
 *   config  NULL for defaults; read during the call only
 * FK_STATUS_INVALID_ARGUMENT: config->size is not that of a known version.
 * FK_STATUS_RUNTIME: no .NET, no managed files, or files of another version; the text says which.
 */
FK_API fk_status fk_init(const fk_config *config);

/* ---- Devices --------------------------------------------------------------------------------------------------------------- */

/* An open device. */
typedef struct fk_device fk_device;

enum {
    FK_DEVICE_KIND_CPU = 0,
    FK_DEVICE_KIND_ILGPU_CPU = 1, /* for tests: some hundred times slower than FK_DEVICE_KIND_CPU */
    FK_DEVICE_KIND_OPENCL = 2,
    FK_DEVICE_KIND_CUDA = 3
};

/* What was found, or looked for in vain. Set size to sizeof(fk_device_info) before the call. */
typedef struct fk_device_info {
    uint64_t size;
    uint64_t memory_bytes; /* 0 if unknown */
    int32_t kind;          /* one of FK_DEVICE_KIND */
    int32_t usable;        /* 1, or 0 and then refusal says why */
    char id[FK_TEXT_BYTES];           /* for fk_device_open(): "cpu", "cpu:256", "cuda:0" */
    char name[FK_TEXT_BYTES];         /* as the driver gives it */
    char capabilities[FK_TEXT_BYTES]; /* for people */
    char refusal[FK_TEXT_BYTES];      /* why it cannot be used and what to do about it; empty if usable */
} fk_device_info;

/*
 * How many devices there are to describe, unusable ones included. They are looked for once in a process.
 *   count  receives the number
 * FK_STATUS_INVALID_ARGUMENT.
 */
FK_API fk_status fk_device_count(uint32_t *count);

/*
 * Describes a device without opening it.
 *   index  less than the number that fk_device_count() gives
 *   info   its size is read, the rest is written
 * FK_STATUS_INVALID_ARGUMENT: index is too large, info is NULL, or info->size is not that of a known version.
 */
FK_API fk_status fk_device_describe(uint32_t index, fk_device_info *info);

/*
 * Opens a device.
 *   id      NULL: the one that the environment variable FEDKERNEL_DEVICE names, or else the best of this machine
 *   device  receives a handle that the caller closes; NULL after a failure
 * FK_STATUS_INVALID_ARGUMENT, FK_STATUS_DEVICE, FK_STATUS_OUT_OF_MEMORY.
 */
FK_API fk_status fk_device_open(const char *id, fk_device **device);

/*
 * The name of what really runs, as "id: name, capabilities".
 *   buffer    receives the text; may be NULL if capacity is 0
 *   capacity  bytes at buffer
 *   needed    receives the length of the whole text without its zero byte; may be NULL
 * FK_STATUS_INVALID_HANDLE, FK_STATUS_INVALID_ARGUMENT.
 */
FK_API fk_status fk_device_name(fk_device *device, char *buffer, uint64_t capacity, uint64_t *needed);

/*
 * Closes the handle. What the device holds is freed once nothing that was made on it is left.
 *   device  NULL does nothing
 * FK_STATUS_INVALID_HANDLE.
 */
FK_API fk_status fk_device_close(fk_device *device);

/* ---- Exact weighted mean, streaming ---------------------------------------------------------------------------------------- */

/* A running weighted mean. Its memory does not grow with the number of clients: 8 bytes for each element. */
typedef struct fk_exact_mean fk_exact_mean;

/*
 * Begins a mean. The three bounds fix the grid on which terms are summed as integers, so they belong to the plan of the round:
 * with equal bounds the result has the same bits for any order of the updates, any number of threads and any device.
 *   device         stays in use until the mean is destroyed, even if its handle is closed before
 *   length         elements of every update, at least 1
 *   max_magnitude  no value of an update is larger than this in magnitude; 2^-60 to 2^60
 *   max_weight     no weight is larger; 2^-30 to 2^32
 *   max_clients    no more updates than this; 1 to FK_CLIENTS_MAX
 *   mean           receives a handle that the caller destroys; NULL after a failure
 * FK_STATUS_INVALID_HANDLE, FK_STATUS_INVALID_ARGUMENT, FK_STATUS_OUT_OF_MEMORY, FK_STATUS_DEVICE.
 */
FK_API fk_status fk_exact_mean_create(
    fk_device *device, uint64_t length, double max_magnitude, double max_weight, uint32_t max_clients, fk_exact_mean **mean);

/*
 * Folds one update in. A refused update changes nothing, and the mean goes on without it.
 *   values  the update; read in place where the device shares the memory of the host, copied otherwise
 *   length  must be that of the mean
 *   weight  2^-30 to max_weight, usually the number of examples; rounded to 29 significant bits
 * FK_STATUS_INVALID_HANDLE. FK_STATUS_INVALID_ARGUMENT: a NULL, unaligned, another length, or a weight out of range.
 * FK_STATUS_DATA: values are NaN, infinite or larger than max_magnitude.
 * FK_STATUS_PROTOCOL: max_clients updates are in already. FK_STATUS_DEVICE, FK_STATUS_OUT_OF_MEMORY.
 */
FK_API fk_status fk_exact_mean_fold(fk_exact_mean *mean, const float *values, uint64_t length, double weight);

/*
 * How many updates were folded in; refused ones do not count.
 *   count  receives the number
 * FK_STATUS_INVALID_HANDLE, FK_STATUS_INVALID_ARGUMENT.
 */
FK_API fk_status fk_exact_mean_count(fk_exact_mean *mean, uint64_t *count);

/*
 * Writes the mean of what was folded in so far. It may be asked for again, and folding may go on.
 *   length  must be that of the mean
 *   out     receives the mean; length elements
 * FK_STATUS_INVALID_HANDLE. FK_STATUS_INVALID_ARGUMENT. FK_STATUS_PROTOCOL: nothing was folded in. FK_STATUS_DEVICE,
 * FK_STATUS_OUT_OF_MEMORY.
 */
FK_API fk_status fk_exact_mean_finish(fk_exact_mean *mean, uint64_t length, float *out);

/*
 * Frees the mean.
 *   mean  NULL does nothing
 * FK_STATUS_INVALID_HANDLE.
 */
FK_API fk_status fk_exact_mean_destroy(fk_exact_mean *mean);

/* ---- Clipping and noise ---------------------------------------------------------------------------------------------------- */

/*
 * Scales a vector in place so that its L2 norm is at most bound: x <- x * min(1, bound / norm), rounded towards zero far enough
 * that the bound holds for the float32 result exactly. A vector inside the bound keeps its bits.
 *   length     elements of values
 *   bound      C, positive, in the range of float
 *   values     read and written; nothing is written after a failure
 *   norm       receives the L2 norm before clipping; may be NULL
 *   nonfinite  receives how many values were NaN or infinite: 0, or more together with FK_STATUS_DATA; may be NULL
 * FK_STATUS_INVALID_HANDLE, FK_STATUS_INVALID_ARGUMENT, FK_STATUS_DATA, FK_STATUS_DEVICE, FK_STATUS_OUT_OF_MEMORY.
 */
FK_API fk_status fk_clip_l2(
    fk_device *device, uint64_t length, double bound, float *values, double *norm, uint64_t *nonfinite);

/* A secret key of 256 bits. */
typedef struct fk_key fk_key;

/*
 * Makes a key from the generator of the operating system.
 *   key  receives a handle that the caller destroys; NULL after a failure
 * FK_STATUS_INVALID_ARGUMENT.
 */
FK_API fk_status fk_key_create(fk_key **key);

/*
 * Takes a key that somebody stored. The bytes are copied; the caller erases its own.
 *   bytes   the key; any alignment
 *   length  must be FK_KEY_BYTES
 *   key     receives a handle that the caller destroys; NULL after a failure
 * FK_STATUS_INVALID_ARGUMENT: also if every byte is zero, which is memory that was never written and no key.
 */
FK_API fk_status fk_key_import(const uint8_t *bytes, uint64_t length, fk_key **key);

/*
 * Erases the key, once the calls that are using it have ended.
 *   key  NULL does nothing
 * FK_STATUS_INVALID_HANDLE.
 */
FK_API fk_status fk_key_destroy(fk_key *key);

/*
 * Adds Gaussian noise in place: values[i] += sigma * z[i], with z[i] from the ChaCha20 stream (key, round, tensor, i). The same
 * arguments give the same noise. Never use one (key, round, tensor) for two releases: their difference has no noise.
 * This is continuous noise in float32. Its privacy guarantee is that of real numbers; it does not hold to the last bit.
 *   round   number of the round, or any counter that does not repeat under the key
 *   tensor  which vector of the round; 0 where there is one
 *   sigma   standard deviation, not negative, in the range of float; rounded up to a float
 *   length  elements of values
 *   values  read and written; a value that is not finite stays so
 * FK_STATUS_INVALID_HANDLE, FK_STATUS_INVALID_ARGUMENT, FK_STATUS_DEVICE, FK_STATUS_OUT_OF_MEMORY.
 */
FK_API fk_status fk_add_gaussian_noise(
    fk_device *device, fk_key *key, uint32_t round, uint32_t tensor, double sigma, uint64_t length, float *values);

#ifdef __cplusplus
}
#endif

#endif
