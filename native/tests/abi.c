/* SPDX-License-Identifier: Apache-2.0 */
/* Misuse of the C interface: every mistake is a status with a text, and what was right before it stays right. */
#define _POSIX_C_SOURCE 200809L
#include "fedkernel.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define N 1000u

static int checks;

static void expect(int condition, const char *what, int line)
{
    char text[512];
    checks++;
    if (!condition) {
        fk_last_error(text, sizeof text);
        fprintf(stderr, "abi.c:%d: %s failed; last error: %s\n", line, what, text);
        exit(1);
    }
}

#define EXPECT(condition) expect((condition), #condition, __LINE__)
#define EXPECT_STATUS(call, wanted) expect((call) == (wanted), #call " == " #wanted, __LINE__)

static void expect_text(const char *part, int line)
{
    char text[1024];
    uint64_t length = fk_last_error(text, sizeof text);
    expect(length > 0 && strstr(text, part) != NULL, part, line);
}

#define EXPECT_TEXT(part) expect_text((part), __LINE__)

static void before_start(void)
{
    fk_device *device = (fk_device *)8;
    fk_config config = FK_CONFIG_DEFAULT;
    EXPECT_STATUS(fk_device_open(NULL, &device), FK_STATUS_NOT_INITIALIZED);
    EXPECT(device == NULL);
    EXPECT_TEXT("fk_init");
    config.size = 3;
    EXPECT_STATUS(fk_init(&config), FK_STATUS_INVALID_ARGUMENT);
    config.size = sizeof config;
    config.managed_dir = "/nowhere";
    EXPECT_STATUS(fk_init(&config), FK_STATUS_RUNTIME);
    EXPECT_TEXT("/nowhere");
}

static void devices(void)
{
    uint32_t count = 0;
    fk_device_info info;
    fk_device *device = (fk_device *)8;
    info.size = sizeof info;
    EXPECT_STATUS(fk_device_count(&count), FK_STATUS_OK);
    EXPECT(count > 0);
    EXPECT_STATUS(fk_device_describe(0, &info), FK_STATUS_OK);
    EXPECT(strcmp(info.id, "cpu") == 0 && info.usable == 1);
    EXPECT_STATUS(fk_device_describe(count, &info), FK_STATUS_INVALID_ARGUMENT);
    EXPECT_STATUS(fk_device_describe(0, NULL), FK_STATUS_INVALID_ARGUMENT);
    info.size = 1;
    EXPECT_STATUS(fk_device_describe(0, &info), FK_STATUS_INVALID_ARGUMENT);
    EXPECT_STATUS(fk_device_count(NULL), FK_STATUS_INVALID_ARGUMENT);
    EXPECT_STATUS(fk_device_open("abacus:0", &device), FK_STATUS_DEVICE);
    EXPECT_TEXT("abacus:0");
    EXPECT(device == NULL);
}

static void handles(fk_device *device)
{
    fk_exact_mean *mean = NULL;
    fk_device *other = NULL;
    uint64_t count = 0;
    EXPECT_STATUS(fk_exact_mean_create(device, 4, 1, 1, 4, &mean), FK_STATUS_OK);
    EXPECT_STATUS(fk_exact_mean_count((fk_exact_mean *)device, &count), FK_STATUS_INVALID_HANDLE);
    EXPECT_STATUS(fk_exact_mean_count((fk_exact_mean *)&count, &count), FK_STATUS_INVALID_HANDLE);
    EXPECT_STATUS(fk_exact_mean_count(NULL, &count), FK_STATUS_INVALID_HANDLE);
    EXPECT_STATUS(fk_exact_mean_destroy(mean), FK_STATUS_OK);
    EXPECT_STATUS(fk_exact_mean_destroy(mean), FK_STATUS_INVALID_HANDLE);
    EXPECT_TEXT("closed before");
    EXPECT_STATUS(fk_exact_mean_destroy(NULL), FK_STATUS_OK);
    EXPECT_STATUS(fk_device_open("cpu", &other), FK_STATUS_OK);
    EXPECT_STATUS(fk_exact_mean_create(other, 4, 1, 1, 4, &mean), FK_STATUS_OK);
    EXPECT_STATUS(fk_device_close(other), FK_STATUS_OK);
    EXPECT_STATUS(fk_device_name(other, NULL, 0, &count), FK_STATUS_INVALID_HANDLE);
    EXPECT_STATUS(fk_exact_mean_destroy(mean), FK_STATUS_OK);
}

static void mean_goes_on(fk_device *device)
{
    float values[3] = { 1, 2, 3 }, bad[3] = { 9, NAN, 9 }, out[3] = { 0, 0, 0 };
    fk_exact_mean *mean = NULL;
    uint64_t count = 0;
    EXPECT_STATUS(fk_exact_mean_create(device, 0, 8, 8, 4, &mean), FK_STATUS_INVALID_ARGUMENT);
    EXPECT_STATUS(fk_exact_mean_create(device, FK_LENGTH_MAX, 8, 8, 4, &mean), FK_STATUS_OUT_OF_MEMORY);
    EXPECT_STATUS(fk_exact_mean_create(device, 3, NAN, 8, 4, &mean), FK_STATUS_INVALID_ARGUMENT);
    EXPECT(mean == NULL);
    EXPECT_STATUS(fk_exact_mean_create(device, 3, 8, 8, 2, &mean), FK_STATUS_OK);
    EXPECT_STATUS(fk_exact_mean_finish(mean, 3, out), FK_STATUS_PROTOCOL);
    EXPECT_STATUS(fk_exact_mean_fold(mean, values, 3, 1), FK_STATUS_OK);
    EXPECT_STATUS(fk_exact_mean_fold(mean, bad, 3, 1), FK_STATUS_DATA);
    EXPECT_TEXT("NaN");
    bad[1] = 8.5f;
    EXPECT_STATUS(fk_exact_mean_fold(mean, bad, 3, 1), FK_STATUS_DATA);
    EXPECT_STATUS(fk_exact_mean_fold(mean, values, 2, 1), FK_STATUS_INVALID_ARGUMENT);
    EXPECT_STATUS(fk_exact_mean_fold(mean, values, UINT64_MAX, 1), FK_STATUS_INVALID_ARGUMENT);
    EXPECT_STATUS(fk_exact_mean_fold(mean, NULL, 3, 1), FK_STATUS_INVALID_ARGUMENT);
    EXPECT_STATUS(fk_exact_mean_fold(mean, (float *)(void *)((char *)values + 1), 3, 1), FK_STATUS_INVALID_ARGUMENT);
    EXPECT_STATUS(fk_exact_mean_fold(mean, values, 3, -1), FK_STATUS_INVALID_ARGUMENT);
    EXPECT_STATUS(fk_exact_mean_count(mean, &count), FK_STATUS_OK);
    EXPECT(count == 1);
    EXPECT_STATUS(fk_exact_mean_finish(mean, 3, out), FK_STATUS_OK);
    EXPECT(memcmp(out, values, sizeof out) == 0);
    EXPECT_STATUS(fk_exact_mean_fold(mean, values, 3, 2), FK_STATUS_OK);
    EXPECT_STATUS(fk_exact_mean_fold(mean, values, 3, 2), FK_STATUS_PROTOCOL);
    EXPECT_STATUS(fk_exact_mean_destroy(mean), FK_STATUS_OK);
}

static void clip_and_noise(fk_device *device)
{
    float values[N], again[N], bad[2] = { INFINITY, NAN };
    uint8_t bytes[FK_KEY_BYTES] = { 0 };
    double norm = 0, squares = 0;
    uint64_t nonfinite = 7;
    fk_key *key = NULL;
    unsigned i;
    for (i = 0; i < N; i++) {
        values[i] = again[i] = 3;
    }
    EXPECT_STATUS(fk_clip_l2(device, N, 1.0, values, &norm, &nonfinite), FK_STATUS_OK);
    for (i = 0; i < N; i++) {
        squares += (double)values[i] * values[i];
    }
    EXPECT(fabs(norm - 3 * sqrt(N)) < 1e-9 && nonfinite == 0 && sqrt(squares) <= 1.0 && sqrt(squares) > 0.999999);
    EXPECT_STATUS(fk_clip_l2(device, 2, 1.0, bad, NULL, &nonfinite), FK_STATUS_DATA);
    EXPECT(nonfinite == 2 && isinf(bad[0]) && isnan(bad[1]));
    EXPECT_STATUS(fk_clip_l2(device, N, 0.0, values, NULL, NULL), FK_STATUS_INVALID_ARGUMENT);
    EXPECT_STATUS(fk_key_import(bytes, FK_KEY_BYTES, &key), FK_STATUS_INVALID_ARGUMENT);
    bytes[0] = 1;
    EXPECT_STATUS(fk_key_import(bytes, 31, &key), FK_STATUS_INVALID_ARGUMENT);
    EXPECT_STATUS(fk_key_import(bytes, FK_KEY_BYTES, &key), FK_STATUS_OK);
    memcpy(values, again, sizeof values);
    EXPECT_STATUS(fk_add_gaussian_noise(device, key, 1, 0, 0.5, N, values), FK_STATUS_OK);
    EXPECT_STATUS(fk_add_gaussian_noise(device, key, 1, 0, 0.5, N, again), FK_STATUS_OK);
    EXPECT(memcmp(values, again, sizeof values) == 0 && values[0] != 3);
    EXPECT_STATUS(fk_add_gaussian_noise(device, key, 1, 0, NAN, N, values), FK_STATUS_INVALID_ARGUMENT);
    EXPECT(memcmp(values, again, sizeof values) == 0);
    EXPECT_STATUS(fk_key_destroy(key), FK_STATUS_OK);
    EXPECT_STATUS(fk_add_gaussian_noise(device, key, 1, 0, 0.5, N, values), FK_STATUS_INVALID_HANDLE);
}

static void *thread_of_errors(void *argument)
{
    fk_device *device = argument;
    fk_device *none = NULL;
    char name[32], text[256];
    unsigned i;
    snprintf(name, sizeof name, "no-%lx", (unsigned long)pthread_self());
    for (i = 0; i < 200; i++) {
        if (fk_device_open(name, &none) != FK_STATUS_DEVICE || fk_last_error(text, sizeof text) == 0
            || strstr(text, name) == NULL || fk_device_name(device, text, sizeof text, NULL) != FK_STATUS_OK) {
            return (void *)1;
        }
    }
    return NULL;
}

static void threads(fk_device *device)
{
    pthread_t started[4];
    void *failed = NULL;
    unsigned i;
    for (i = 0; i < 4; i++) {
        EXPECT(pthread_create(&started[i], NULL, thread_of_errors, device) == 0);
    }
    for (i = 0; i < 4; i++) {
        EXPECT(pthread_join(started[i], &failed) == 0 && failed == NULL);
    }
}

static void child_of_fork(fk_device *device)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        char text[256];
        uint64_t needed;
        int fine = fk_device_name(device, NULL, 0, &needed) == FK_STATUS_FORKED && fk_init(NULL) == FK_STATUS_FORKED
            && fk_last_error(text, sizeof text) > 0 && strstr(text, "forked") != NULL;
        _exit(fine ? 0 : 1);
    }
    EXPECT(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT_STATUS(fk_init(NULL), FK_STATUS_OK);
}

int main(void)
{
    fk_device *device = NULL;
    char name[4];
    uint64_t needed = 0;
    EXPECT(fk_abi_version() == FK_ABI_VERSION && fk_key_bytes() == FK_KEY_BYTES && fk_length_max() == FK_LENGTH_MAX);
    EXPECT(fk_text_bytes() == FK_TEXT_BYTES && fk_alignment_bytes() == FK_ALIGNMENT_BYTES);
    EXPECT(strcmp(fk_status_name(FK_STATUS_DATA), "FK_STATUS_DATA") == 0);
    EXPECT(strcmp(fk_status_name(-77), "FK_STATUS_UNKNOWN") == 0);
    before_start();
    EXPECT_STATUS(fk_init(NULL), FK_STATUS_OK);
    EXPECT_STATUS(fk_init(NULL), FK_STATUS_OK);
    devices();
    EXPECT_STATUS(fk_device_open("cpu", &device), FK_STATUS_OK);
    EXPECT_STATUS(fk_device_name(device, name, sizeof name, &needed), FK_STATUS_OK);
    EXPECT(strcmp(name, "cpu") == 0 && needed > 4);
    handles(device);
    mean_goes_on(device);
    clip_and_noise(device);
    threads(device);
    child_of_fork(device);
    EXPECT_STATUS(fk_device_close(device), FK_STATUS_OK);
    EXPECT_STATUS(fk_device_close(device), FK_STATUS_INVALID_HANDLE);
    printf("%d checks passed\n", checks);
    return 0;
}
