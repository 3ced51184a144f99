/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Averages .npy files through the C interface.
 *   mean_npy OUT.npy WEIGHT FILE.npy [WEIGHT FILE.npy ...]
 * Files are little-endian float32 in one dimension, as numpy.save writes them; the header is bounded and parsed strictly.
 */
#include "fedkernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_HEADER 65536u
#define MAX_MAGNITUDE 64.0
#define MAX_WEIGHT 100000.0
#define MAX_CLIENTS 1024u

static void fail(const char *what, const char *where)
{
    fprintf(stderr, "mean_npy: %s: %s\n", where, what);
    exit(1);
}

static void check(fk_status status, const char *where)
{
    char text[1024];
    if (status != FK_STATUS_OK) {
        fk_last_error(text, sizeof text);
        fprintf(stderr, "mean_npy: %s: %s: %s\n", where, fk_status_name(status), text);
        exit(1);
    }
}

/* The number of elements; the file stands at its data afterwards. */
static uint64_t read_header(FILE *file, const char *path)
{
    unsigned char start[10];
    char header[MAX_HEADER + 1];
    const char *shape;
    char *end;
    unsigned long long count;
    size_t length;
    long at, size;
    if (fread(start, 1, sizeof start, file) != sizeof start || memcmp(start, "\x93NUMPY\x01\x00", 8) != 0) {
        fail("is no .npy file of version 1.0", path);
    }
    length = (size_t)start[8] | ((size_t)start[9] << 8);
    if (length > MAX_HEADER || fread(header, 1, length, file) != length) {
        fail("has a header that is cut or too long", path);
    }
    header[length] = 0;
    if (strstr(header, "'descr': '<f4'") == NULL || strstr(header, "'fortran_order': False") == NULL) {
        fail("does not hold little-endian float32 in C order", path);
    }
    shape = strstr(header, "'shape': (");
    if (shape == NULL) {
        fail("has no shape", path);
    }
    shape += strlen("'shape': (");
    if (*shape < '0' || *shape > '9') {
        fail("has no dimension", path);
    }
    count = strtoull(shape, &end, 10);
    if (strncmp(end, ",)", 2) != 0 || count > FK_LENGTH_MAX) {
        fail("has not one dimension", path);
    }
    /* What the header says must be there before memory is taken for it. */
    at = ftell(file);
    if (at < 0 || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0 || fseek(file, at, SEEK_SET) != 0
        || (unsigned long long)(size - at) < count * sizeof(float)) {
        fail("is shorter than its shape says", path);
    }
    return count;
}

static float *read_values(const char *path, uint64_t *count)
{
    FILE *file = fopen(path, "rb");
    float *values;
    if (file == NULL) {
        fail("cannot be opened", path);
    }
    *count = read_header(file, path);
    values = malloc(*count > 0 ? (size_t)*count * sizeof(float) : 1);
    if (values == NULL || fread(values, sizeof(float), (size_t)*count, file) != *count) {
        fail("cannot be read whole", path);
    }
    fclose(file);
    return values;
}

static void write_values(const char *path, const float *values, uint64_t count)
{
    unsigned char header[128];
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        fail("cannot be written", path);
    }
    memset(header, ' ', sizeof header);
    memcpy(header, "\x93NUMPY\x01\x00\x76\x00", 10);
    header[10 + snprintf((char *)header + 10, sizeof header - 10,
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%llu,), }", (unsigned long long)count)] = ' ';
    header[127] = '\n';
    if (fwrite(header, 1, sizeof header, file) != sizeof header
        || fwrite(values, sizeof(float), (size_t)count, file) != count || fclose(file) != 0) {
        fail("cannot be written whole", path);
    }
}

int main(int argc, char **argv)
{
    fk_device *device = NULL;
    fk_exact_mean *mean = NULL;
    uint64_t length = 0;
    float *result;
    int i;
    if (argc < 4 || argc % 2 != 0) {
        fprintf(stderr, "usage: mean_npy OUT.npy WEIGHT FILE.npy [WEIGHT FILE.npy ...]\n");
        return 2;
    }
    check(fk_init(NULL), "fk_init");
    check(fk_device_open(NULL, &device), "fk_device_open");
    for (i = 2; i < argc; i += 2) {
        uint64_t count = 0;
        float *values = read_values(argv[i + 1], &count);
        if (mean == NULL) {
            length = count;
            check(fk_exact_mean_create(device, length, MAX_MAGNITUDE, MAX_WEIGHT, MAX_CLIENTS, &mean), "fk_exact_mean_create");
        }
        check(fk_exact_mean_fold(mean, values, count, strtod(argv[i], NULL)), argv[i + 1]);
        free(values);
    }
    result = malloc((size_t)length * sizeof(float));
    if (result == NULL) {
        fail("no memory", argv[1]);
    }
    check(fk_exact_mean_finish(mean, length, result), "fk_exact_mean_finish");
    write_values(argv[1], result, length);
    free(result);
    check(fk_exact_mean_destroy(mean), "fk_exact_mean_destroy");
    check(fk_device_close(device), "fk_device_close");
    return 0;
}
