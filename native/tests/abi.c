/* SPDX-License-Identifier: Apache-2.0 */
/* Misuse of every kind, and what the header promises for it. Prints the number of checks; exits with 1 if any failed. */
#define _POSIX_C_SOURCE 200809L
#include "fedkernel.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LENGTH 1000u
#define THREADS 6
#define ERRORS_PER_THREAD 300

static int g_checks, g_failed;

static void check(int good, const char *what, int line)
{
    g_checks++;
    if (!good) {
        char text[512];
        fk_last_error(text, sizeof text);
        fprintf(stderr, "abi.c:%d: %s (last error: %s)\n", line, what, text);
        g_failed++;
    }
}

#define CHECK(condition) check((condition), #condition, __LINE__)

/* The call gives this status, and the text of the failure holds this part. */
#define CHECK_FAILS(call, status, part)                   \
    do {                                                  \
        char failure[512];                                \
        CHECK((call) == (status));                        \
        fk_last_error(failure, sizeof failure);           \
        check(strstr(failure, (part)) != NULL, "text of " #call " holds " #part, __LINE__); \
    } while (0)

/* Runs in a child; the parent gets its answer. */
static int in_child(int (*test)(void))
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        _exit(test() ? 0 : 1);
    }
    int code = -1;
    return child > 0 && waitpid(child, &code, 0) == child && WIFEXITED(code) && WEXITSTATUS(code) == 0;
}

static int child_is_refused(void)
{
    char text[256];
    uint32_t count;
    fk_device *device = (fk_device *)16;
    int refused = fk_device_count(&count) == FK_STATUS_FORKED && fk_device_open(NULL, &device) == FK_STATUS_FORKED
        && device == NULL && fk_init(NULL) == FK_STATUS_FORKED;
    fk_last_error(text, sizeof text);
    return refused && strstr(text, "forked") != NULL && fk_key_bytes() == 32;
}

static int child_may_start(void)
{
    fk_device *device = NULL;
    return fk_init(NULL) == FK_STATUS_OK && fk_device_open("cpu:scalar", &device) == FK_STATUS_OK
        && fk_device_close(device) == FK_STATUS_OK;
}

static void before_start(void)
{
    uint32_t count = 77;
    char text[8];
    fk_config wrong = FK_CONFIG_DEFAULT;
    CHECK(fk_last_error(NULL, 0) == 0);
    CHECK(fk_abi_version() == FK_ABI_VERSION);
    CHECK(fk_key_bytes() == FK_KEY_BYTES);
    CHECK(fk_text_bytes() == FK_TEXT_BYTES);
    CHECK(fk_alignment_bytes() == FK_ALIGNMENT_BYTES);
    CHECK(fk_length_max() == FK_LENGTH_MAX);
    CHECK(fk_clients_max() == FK_CLIENTS_MAX);
    CHECK(strcmp(fk_status_name(FK_STATUS_DATA), "FK_STATUS_DATA") == 0);
    CHECK(strcmp(fk_status_name(-12345), "FK_STATUS_UNKNOWN") == 0);
    CHECK_FAILS(fk_device_count(&count), FK_STATUS_NOT_INITIALIZED, "fk_init()");
    CHECK(count == 77);
    CHECK(fk_last_error(text, sizeof text) > sizeof text && strcmp(text, "fk_init") == 0);
    wrong.size = 3;
    CHECK_FAILS(fk_init(&wrong), FK_STATUS_INVALID_ARGUMENT, "size is 3");
    wrong.size = sizeof wrong;
    wrong.managed_dir = "/nonexistent";
    CHECK_FAILS(fk_init(&wrong), FK_STATUS_RUNTIME, "/nonexistent");
    wrong.managed_dir = NULL;
    wrong.dotnet_root = "/nonexistent";
    CHECK_FAILS(fk_init(&wrong), FK_STATUS_RUNTIME, "/nonexistent");
    CHECK(in_child(child_may_start));
}

static void devices(fk_device *device)
{
    uint32_t count = 0;
    uint64_t needed = 0;
    char name[64];
    fk_device *none = (fk_device *)16;
    fk_device_info info;
    CHECK(fk_device_count(&count) == FK_STATUS_OK && count > 0);
    CHECK_FAILS(fk_device_count(NULL), FK_STATUS_INVALID_ARGUMENT, "count");
    info.size = sizeof info;
    CHECK(fk_device_describe(0, &info) == FK_STATUS_OK);
    CHECK(info.usable == 1 && info.id[0] != 0 && info.name[0] != 0 && info.refusal[0] == 0);
    CHECK_FAILS(fk_device_describe(count, &info), FK_STATUS_INVALID_ARGUMENT, "index");
    CHECK_FAILS(fk_device_describe(0, NULL), FK_STATUS_INVALID_ARGUMENT, "info");
    info.size = 7;
    CHECK_FAILS(fk_device_describe(0, &info), FK_STATUS_INVALID_ARGUMENT, "7");
    CHECK_FAILS(fk_device_open("abacus", &none), FK_STATUS_DEVICE, "abacus");
    CHECK(none == NULL);
    CHECK_FAILS(fk_device_open("\xff\xfe", &none), FK_STATUS_INVALID_ARGUMENT, "UTF-8");
    CHECK_FAILS(fk_device_open(NULL, NULL), FK_STATUS_INVALID_ARGUMENT, "device");
    CHECK(fk_device_name(device, name, sizeof name, &needed) == FK_STATUS_OK);
    CHECK(strncmp(name, "cpu", 3) == 0 && needed >= strlen(name));
    CHECK(fk_device_name(device, NULL, 0, NULL) == FK_STATUS_OK);
    CHECK_FAILS(fk_device_name(device, NULL, 5, NULL), FK_STATUS_INVALID_ARGUMENT, "buffer");
}

static void handles(fk_device *device)
{
    fk_device *closed = NULL;
    fk_key *key = NULL;
    int here = 0;
    CHECK(fk_device_open("cpu:scalar", &closed) == FK_STATUS_OK && closed != NULL && closed != device);
    CHECK(fk_device_close(closed) == FK_STATUS_OK);
    CHECK_FAILS(fk_device_close(closed), FK_STATUS_INVALID_HANDLE, "closed before");
    CHECK_FAILS(fk_device_name(closed, NULL, 0, NULL), FK_STATUS_INVALID_HANDLE, "closed before");
    CHECK_FAILS(fk_device_name(NULL, NULL, 0, NULL), FK_STATUS_INVALID_HANDLE, "NULL");
    CHECK_FAILS(fk_device_name((fk_device *)&here, NULL, 0, NULL), FK_STATUS_INVALID_HANDLE, "did not give it out");
    CHECK(fk_key_create(&key) == FK_STATUS_OK);
    CHECK_FAILS(fk_device_name((fk_device *)key, NULL, 0, NULL), FK_STATUS_INVALID_HANDLE, "another type");
    CHECK_FAILS(fk_exact_mean_destroy((fk_exact_mean *)key), FK_STATUS_INVALID_HANDLE, "another type");
    CHECK(fk_key_destroy(key) == FK_STATUS_OK);
    CHECK_FAILS(fk_key_destroy(key), FK_STATUS_INVALID_HANDLE, "closed before");
    CHECK(fk_device_close(NULL) == FK_STATUS_OK && fk_exact_mean_destroy(NULL) == FK_STATUS_OK
        && fk_key_destroy(NULL) == FK_STATUS_OK);
}

static void mean_refuses(fk_device *device)
{
    static float x[LENGTH + 1], out[LENGTH];
    uint64_t count = 0;
    fk_exact_mean *mean = NULL;
    CHECK_FAILS(fk_exact_mean_create(device, 0, 1, 1, 1, &mean), FK_STATUS_INVALID_ARGUMENT, "length");
    CHECK_FAILS(fk_exact_mean_create(device, UINT64_MAX, 1, 1, 1, &mean), FK_STATUS_INVALID_ARGUMENT, "FK_LENGTH_MAX");
    CHECK_FAILS(fk_exact_mean_create(device, FK_LENGTH_MAX, 1, 1, 1, &mean), FK_STATUS_OUT_OF_MEMORY, "bytes");
    CHECK_FAILS(fk_exact_mean_create(device, 1, NAN, 1, 1, &mean), FK_STATUS_INVALID_ARGUMENT, "agnitude");
    CHECK_FAILS(fk_exact_mean_create(device, 1, 1, -1, 1, &mean), FK_STATUS_INVALID_ARGUMENT, "eight");
    CHECK_FAILS(fk_exact_mean_create(device, 1, 1, 1, 0, &mean), FK_STATUS_INVALID_ARGUMENT, "lient");
    CHECK_FAILS(fk_exact_mean_create(device, 1, 1, 1, UINT32_MAX, &mean), FK_STATUS_INVALID_ARGUMENT, "lient");
    CHECK_FAILS(fk_exact_mean_create(device, 1, 1, 1, 1, NULL), FK_STATUS_INVALID_ARGUMENT, "mean");
    CHECK(mean == NULL);
    CHECK(fk_exact_mean_create(device, LENGTH, 10, 100, 2, &mean) == FK_STATUS_OK);
    CHECK_FAILS(fk_exact_mean_finish(mean, LENGTH, out), FK_STATUS_PROTOCOL, "zero updates");

    for (unsigned i = 0; i < LENGTH; i++) {
        x[i] = 0.25f * (float)(i % 8);
    }
    CHECK(fk_exact_mean_fold(mean, x, LENGTH, 3) == FK_STATUS_OK);
    x[LENGTH / 2] = NAN;
    CHECK_FAILS(fk_exact_mean_fold(mean, x, LENGTH, 3), FK_STATUS_DATA, "NaN");
    x[LENGTH / 2] = -11;
    CHECK_FAILS(fk_exact_mean_fold(mean, x, LENGTH, 3), FK_STATUS_DATA, "11");
    x[LENGTH / 2] = 1;
    CHECK_FAILS(fk_exact_mean_fold(mean, x, LENGTH - 1, 3), FK_STATUS_INVALID_ARGUMENT, "999");
    CHECK_FAILS(fk_exact_mean_fold(mean, x, UINT64_MAX, 3), FK_STATUS_INVALID_ARGUMENT, "1000");
    CHECK_FAILS(fk_exact_mean_fold(mean, NULL, LENGTH, 3), FK_STATUS_INVALID_ARGUMENT, "NULL");
    CHECK_FAILS(fk_exact_mean_fold(mean, (const float *)(const void *)((char *)x + 1), LENGTH, 3),
        FK_STATUS_INVALID_ARGUMENT, "multiple of 4");
    CHECK_FAILS(fk_exact_mean_fold(mean, x, LENGTH, 0), FK_STATUS_INVALID_ARGUMENT, "weight");
    CHECK_FAILS(fk_exact_mean_fold(mean, x, LENGTH, NAN), FK_STATUS_INVALID_ARGUMENT, "weight");
    CHECK_FAILS(fk_exact_mean_fold(mean, x, LENGTH, 101), FK_STATUS_INVALID_ARGUMENT, "101");
    CHECK(fk_exact_mean_count(mean, &count) == FK_STATUS_OK && count == 1);

    /* The round goes on. */
    for (unsigned i = 0; i < LENGTH; i++) {
        x[i] = 0.25f * (float)(i % 8) + 4;
    }
    CHECK(fk_exact_mean_fold(mean, x, LENGTH, 1) == FK_STATUS_OK);
    CHECK(fk_exact_mean_count(mean, &count) == FK_STATUS_OK && count == 2);
    CHECK_FAILS(fk_exact_mean_fold(mean, x, LENGTH, 1), FK_STATUS_PROTOCOL, "2 clients");
    CHECK_FAILS(fk_exact_mean_finish(mean, LENGTH + 1, out), FK_STATUS_INVALID_ARGUMENT, "1001");
    CHECK_FAILS(fk_exact_mean_finish(mean, LENGTH, NULL), FK_STATUS_INVALID_ARGUMENT, "NULL");
    CHECK(fk_exact_mean_finish(mean, LENGTH, out) == FK_STATUS_OK);
    int right = 1;
    for (unsigned i = 0; i < LENGTH; i++) {
        right &= out[i] == 0.25f * (float)(i % 8) + 1;
    }
    CHECK(right);
    CHECK(fk_exact_mean_destroy(mean) == FK_STATUS_OK);
    CHECK_FAILS(fk_exact_mean_fold(mean, x, LENGTH, 1), FK_STATUS_INVALID_HANDLE, "closed before");
}

static void mean_outlives_its_device(void)
{
    fk_device *device = NULL;
    fk_exact_mean *mean = NULL;
    float x[2] = { 1, 2 }, out[2] = { 0, 0 };
    CHECK(fk_device_open("cpu", &device) == FK_STATUS_OK);
    CHECK(fk_exact_mean_create(device, 2, 10, 10, 10, &mean) == FK_STATUS_OK);
    CHECK(fk_device_close(device) == FK_STATUS_OK);
    CHECK(fk_exact_mean_fold(mean, x, 2, 2) == FK_STATUS_OK && fk_exact_mean_finish(mean, 2, out) == FK_STATUS_OK);
    CHECK(out[0] == 1 && out[1] == 2);
    CHECK(fk_exact_mean_destroy(mean) == FK_STATUS_OK);
}

static void clip(fk_device *device)
{
    float x[LENGTH], before[LENGTH];
    double norm = -1, squared = 0;
    uint64_t nonfinite = 99;
    for (unsigned i = 0; i < LENGTH; i++) {
        before[i] = x[i] = (float)i - 500.5f;
    }
    CHECK(fk_clip_l2(device, LENGTH, 1e6, x, &norm, &nonfinite) == FK_STATUS_OK);
    CHECK(memcmp(x, before, sizeof x) == 0 && nonfinite == 0 && norm > 9000 && norm < 10000);
    CHECK(fk_clip_l2(device, LENGTH, 2, x, NULL, NULL) == FK_STATUS_OK);
    for (unsigned i = 0; i < LENGTH; i++) {
        squared += (double)x[i] * x[i];
    }
    CHECK(sqrt(squared) <= 2 && sqrt(squared) > 1.999);
    memcpy(x, before, sizeof x);
    x[1] = NAN;
    x[2] = INFINITY;
    memcpy(before, x, sizeof x);
    norm = -1;
    CHECK_FAILS(fk_clip_l2(device, LENGTH, 2, x, &norm, &nonfinite), FK_STATUS_DATA, "2 of 1000");
    CHECK(nonfinite == 2 && norm == -1 && memcmp(x, before, sizeof x) == 0);
    CHECK_FAILS(fk_clip_l2(device, LENGTH, 0, x, NULL, NULL), FK_STATUS_INVALID_ARGUMENT, "bound");
    CHECK_FAILS(fk_clip_l2(device, LENGTH, NAN, x, NULL, NULL), FK_STATUS_INVALID_ARGUMENT, "bound");
    CHECK_FAILS(fk_clip_l2(device, LENGTH, 1, NULL, NULL, NULL), FK_STATUS_INVALID_ARGUMENT, "values");
    CHECK_FAILS(fk_clip_l2(device, UINT64_MAX, 1, x, NULL, NULL), FK_STATUS_INVALID_ARGUMENT, "length");
    CHECK(fk_clip_l2(device, 0, 1, NULL, &norm, &nonfinite) == FK_STATUS_OK && norm == 0 && nonfinite == 0);
}

static void noise(fk_device *device)
{
    uint8_t bytes[FK_KEY_BYTES] = { 0 };
    float a[LENGTH] = { 0 }, b[LENGTH] = { 0 }, c[LENGTH] = { 0 };
    double squared = 0;
    fk_key *stored = NULL, *same = NULL, *fresh = NULL;
    CHECK_FAILS(fk_key_import(bytes, sizeof bytes, &stored), FK_STATUS_INVALID_ARGUMENT, "zero");
    CHECK_FAILS(fk_key_import(bytes, 16, &stored), FK_STATUS_INVALID_ARGUMENT, "16");
    CHECK_FAILS(fk_key_import(NULL, sizeof bytes, &stored), FK_STATUS_INVALID_ARGUMENT, "NULL");
    CHECK_FAILS(fk_key_create(NULL), FK_STATUS_INVALID_ARGUMENT, "key");
    bytes[5] = 1;
    CHECK(fk_key_import(bytes, sizeof bytes, &stored) == FK_STATUS_OK);
    CHECK(fk_key_import(bytes, sizeof bytes, &same) == FK_STATUS_OK && same != stored);
    CHECK(fk_key_create(&fresh) == FK_STATUS_OK);
    CHECK(fk_add_gaussian_noise(device, stored, 7, 1, 3, LENGTH, a) == FK_STATUS_OK);
    CHECK(fk_add_gaussian_noise(device, same, 7, 1, 3, LENGTH, b) == FK_STATUS_OK);
    CHECK(memcmp(a, b, sizeof a) == 0);
    CHECK(fk_add_gaussian_noise(device, same, 8, 1, 3, LENGTH, c) == FK_STATUS_OK && memcmp(a, c, sizeof a) != 0);
    memset(c, 0, sizeof c);
    CHECK(fk_add_gaussian_noise(device, fresh, 7, 1, 3, LENGTH, c) == FK_STATUS_OK && memcmp(a, c, sizeof a) != 0);
    for (unsigned i = 0; i < LENGTH; i++) {
        squared += (double)a[i] * a[i];
    }
    /* The stored key makes this one fixed number; a standard deviation of 3 gives 3 within 0.3 for 1000 samples. */
    CHECK(fabs(sqrt(squared / LENGTH) - 3) < 0.3);
    CHECK(fk_add_gaussian_noise(device, same, 9, 0, 0, LENGTH, b) == FK_STATUS_OK && memcmp(a, b, sizeof a) == 0);
    CHECK_FAILS(fk_add_gaussian_noise(device, same, 0, 0, -1, LENGTH, b), FK_STATUS_INVALID_ARGUMENT, "sigma");
    CHECK_FAILS(fk_add_gaussian_noise(device, same, 0, 0, 1e39, LENGTH, b), FK_STATUS_INVALID_ARGUMENT, "sigma");
    CHECK_FAILS(fk_add_gaussian_noise(device, NULL, 0, 0, 1, LENGTH, b), FK_STATUS_INVALID_HANDLE, "fk_key");
    CHECK_FAILS(fk_add_gaussian_noise(device, same, 0, 0, 1, LENGTH, NULL), FK_STATUS_INVALID_ARGUMENT, "values");
    CHECK(fk_key_destroy(stored) == FK_STATUS_OK && fk_key_destroy(same) == FK_STATUS_OK
        && fk_key_destroy(fresh) == FK_STATUS_OK);
}

typedef struct worker {
    fk_exact_mean *mean;
    int number;
    int good;
} worker;

/* Errors of its own between folds into a mean that all share. */
static void *work(void *argument)
{
    worker *self = argument;
    char id[32], text[256];
    float x[LENGTH];
    for (unsigned i = 0; i < LENGTH; i++) {
        x[i] = (float)self->number;
    }
    snprintf(id, sizeof id, "abacus-%d", self->number);
    self->good = fk_init(NULL) == FK_STATUS_OK && fk_last_error(NULL, 0) == 0;
    for (int i = 0; i < ERRORS_PER_THREAD; i++) {
        fk_device *none = NULL;
        self->good &= fk_device_open(id, &none) == FK_STATUS_DEVICE;
        fk_last_error(text, sizeof text);
        self->good &= strstr(text, id) != NULL;
    }
    self->good &= fk_exact_mean_fold(self->mean, x, LENGTH, 1) == FK_STATUS_OK;
    return NULL;
}

static void threads(fk_device *device)
{
    pthread_t running[THREADS];
    worker workers[THREADS];
    static float out[LENGTH];
    fk_exact_mean *mean = NULL;
    CHECK(fk_exact_mean_create(device, LENGTH, 100, 1, THREADS, &mean) == FK_STATUS_OK);
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (worker){ mean, i, 0 };
        CHECK(pthread_create(&running[i], NULL, work, &workers[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(running[i], NULL);
        CHECK(workers[i].good);
    }
    CHECK(fk_exact_mean_finish(mean, LENGTH, out) == FK_STATUS_OK && out[0] == 2.5f && out[LENGTH - 1] == 2.5f);
    CHECK(fk_exact_mean_destroy(mean) == FK_STATUS_OK);
}

static void *start(void *good)
{
    *(int *)good = fk_init(NULL) == FK_STATUS_OK;
    return NULL;
}

int main(void)
{
    pthread_t other;
    int other_good = 0;
    fk_device *device = NULL;
    before_start();
    /* Two threads at once: one starts, both succeed. */
    CHECK(pthread_create(&other, NULL, start, &other_good) == 0);
    CHECK(fk_init(NULL) == FK_STATUS_OK);
    pthread_join(other, NULL);
    CHECK(other_good);
    CHECK(fk_init(NULL) == FK_STATUS_OK);
    CHECK(fk_device_open("cpu", &device) == FK_STATUS_OK && device != NULL);
    devices(device);
    handles(device);
    mean_refuses(device);
    mean_outlives_its_device();
    clip(device);
    noise(device);
    threads(device);
    for (int i = 0; i < 5; i++) {
        CHECK(in_child(child_is_refused));
        /* The parent is as it was. */
        CHECK(fk_device_name(device, NULL, 0, NULL) == FK_STATUS_OK);
    }
    CHECK(fk_device_close(device) == FK_STATUS_OK);
    printf("%d checks, %d failed\n", g_checks, g_failed);
    return g_failed == 0 ? 0 : 1;
}
