/* SPDX-License-Identifier: Apache-2.0 */
/* The exported functions: constants are answered here, everything else is a jump into the managed side. */
#include "state.h"

#include <stddef.h>

uint32_t fk_abi_version(void) { return FK_ABI_VERSION; }

uint64_t fk_key_bytes(void) { return FK_KEY_BYTES; }

uint64_t fk_text_bytes(void) { return FK_TEXT_BYTES; }

uint64_t fk_alignment_bytes(void) { return FK_ALIGNMENT_BYTES; }

uint64_t fk_length_max(void) { return FK_LENGTH_MAX; }

uint32_t fk_clients_max(void) { return FK_CLIENTS_MAX; }

#define NAME(status) case status: return #status

const char *fk_status_name(fk_status status)
{
    switch (status) {
    NAME(FK_STATUS_OK);
    NAME(FK_STATUS_INVALID_ARGUMENT);
    NAME(FK_STATUS_INVALID_HANDLE);
    NAME(FK_STATUS_OUT_OF_MEMORY);
    NAME(FK_STATUS_DEVICE);
    NAME(FK_STATUS_DATA);
    NAME(FK_STATUS_PROTOCOL);
    NAME(FK_STATUS_PRIVACY_BUDGET);
    NAME(FK_STATUS_NOT_INITIALIZED);
    NAME(FK_STATUS_FORKED);
    NAME(FK_STATUS_RUNTIME);
    NAME(FK_STATUS_INTERNAL);
    default: return "FK_STATUS_UNKNOWN";
    }
}

/* One test and one jump: a call costs no more than it would through a table of the caller's own. */
#define ENTER(call)                      \
    fk_status ready = fki_ready();       \
    if (ready != FK_STATUS_OK) {         \
        return ready;                    \
    }                                    \
    return fki_note(fki_table.call)

/* A handle is NULL after every failure, also where the runtime is not there to say so. */
#define NO_HANDLE_YET(out)  \
    if ((out) != NULL) {    \
        *(out) = NULL;      \
    }

fk_status fk_device_count(uint32_t *count) { ENTER(device_count(count)); }

fk_status fk_device_describe(uint32_t index, fk_device_info *info) { ENTER(device_describe(index, info)); }

fk_status fk_device_open(const char *id, fk_device **device)
{
    NO_HANDLE_YET(device)
    ENTER(device_open(id, device));
}

fk_status fk_device_name(fk_device *device, char *buffer, uint64_t capacity, uint64_t *needed)
{
    ENTER(device_name(device, buffer, capacity, needed));
}

fk_status fk_device_close(fk_device *device) { ENTER(device_close(device)); }

fk_status fk_exact_mean_create(
    fk_device *device, uint64_t length, double max_magnitude, double max_weight, uint32_t max_clients, fk_exact_mean **mean)
{
    NO_HANDLE_YET(mean)
    ENTER(exact_mean_create(device, length, max_magnitude, max_weight, max_clients, mean));
}

fk_status fk_exact_mean_fold(fk_exact_mean *mean, const float *values, uint64_t length, double weight)
{
    ENTER(exact_mean_fold(mean, values, length, weight));
}

fk_status fk_exact_mean_count(fk_exact_mean *mean, uint64_t *count) { ENTER(exact_mean_count(mean, count)); }

fk_status fk_exact_mean_finish(fk_exact_mean *mean, uint64_t length, float *out)
{
    ENTER(exact_mean_finish(mean, length, out));
}

fk_status fk_exact_mean_destroy(fk_exact_mean *mean) { ENTER(exact_mean_destroy(mean)); }

fk_status fk_clip_l2(fk_device *device, uint64_t length, double bound, float *values, double *norm, uint64_t *nonfinite)
{
    ENTER(clip_l2(device, length, bound, values, norm, nonfinite));
}

fk_status fk_key_create(fk_key **key)
{
    NO_HANDLE_YET(key)
    ENTER(key_create(key));
}

fk_status fk_key_import(const uint8_t *bytes, uint64_t length, fk_key **key)
{
    NO_HANDLE_YET(key)
    ENTER(key_import(bytes, length, key));
}

fk_status fk_key_destroy(fk_key *key) { ENTER(key_destroy(key)); }

fk_status fk_add_gaussian_noise(
    fk_device *device, fk_key *key, uint32_t round, uint32_t tensor, double sigma, uint64_t length, float *values)
{
    ENTER(add_gaussian_noise(device, key, round, tensor, sigma, length, values));
}
