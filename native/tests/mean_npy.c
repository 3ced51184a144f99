/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The exact weighted mean of .npy files, through fedkernel.h.
 *   mean_npy OUT.npy MAX_MAGNITUDE MAX_WEIGHT WEIGHT FILE.npy [WEIGHT FILE.npy ...]
 * Files hold one dimension of little-endian float32, all of one length. A file that the mean refuses is named and left out.
 */
#include "fedkernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NumPy writes 128 bytes; anything much longer is no header of one dimension. */
#define HEADER_MAX 4096u

static int fail(const char *what)
{
    char text[1024];
    fk_last_error(text, sizeof text);
    fprintf(stderr, "mean_npy: %s%s%s\n", what, text[0] != 0 ? ": " : "", text);
    return 1;
}

static int is_little_endian(void)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return first == 1;
}

/* Moves past the word if it is next, spaces before it skipped. */
static int take(const char **text, const char *word)
{
    while (**text == ' ') {
        (*text)++;
    }
    size_t length = strlen(word);
    if (strncmp(*text, word, length) != 0) {
        return 0;
    }
    *text += length;
    return 1;
}

/* A decimal number of at most FK_LENGTH_MAX, without sign. */
static int take_length(const char **text, uint64_t *length)
{
    const char *first = *text;
    uint64_t value = 0;
    while (**text >= '0' && **text <= '9') {
        value = value * 10 + (uint64_t)(**text - '0');
        if (value > FK_LENGTH_MAX) {
            return 0;
        }
        (*text)++;
    }
    *length = value;
    return *text != first;
}

/* {'descr': '<f4', 'fortran_order': False, 'shape': (N,), } and nothing else; each key once, in any order. */
static int parse_dictionary(const char *text, uint64_t *length)
{
    int descr = 0, order = 0, shape = 0;
    if (!take(&text, "{")) {
        return 0;
    }
    while (!take(&text, "}")) {
        if (!descr && take(&text, "'descr'")) {
            descr = take(&text, ":") && take(&text, "'<f4'");
            if (!descr) {
                return 0;
            }
        } else if (!order && take(&text, "'fortran_order'")) {
            order = take(&text, ":") && take(&text, "False");
            if (!order) {
                return 0;
            }
        } else if (!shape && take(&text, "'shape'")) {
            shape = take(&text, ":") && take(&text, "(") && take_length(&text, length) && take(&text, ",")
                && take(&text, ")");
            if (!shape) {
                return 0;
            }
        } else {
            return 0;
        }
        if (!take(&text, ",") && *text != '}') {
            return 0;
        }
    }
    return descr && order && shape && take(&text, "\n") && *text == 0;
}

/* Reads the header and leaves the file at the first element. */
static int read_header(FILE *file, uint64_t *length)
{
    unsigned char start[12];
    char header[HEADER_MAX + 1];
    size_t size;
    if (fread(start, 1, 8, file) != 8 || memcmp(start, "\x93NUMPY", 6) != 0 || start[7] != 0) {
        return 0;
    }
    if (start[6] == 1) {
        if (fread(start + 8, 1, 2, file) != 2) {
            return 0;
        }
        size = (size_t)start[8] | (size_t)start[9] << 8;
    } else if (start[6] == 2) {
        if (fread(start + 8, 1, 4, file) != 4) {
            return 0;
        }
        size = (size_t)start[8] | (size_t)start[9] << 8 | (size_t)start[10] << 16 | (size_t)start[11] << 24;
    } else {
        return 0;
    }
    if (size == 0 || size > HEADER_MAX || fread(header, 1, size, file) != size || memchr(header, 0, size) != NULL) {
        return 0;
    }
    header[size] = 0;
    return parse_dictionary(header, length);
}

/* The values of a file, to be freed; NULL if it is not what it must be. */
static float *read_npy(const char *path, uint64_t *length)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    float *values = NULL;
    long first, last;
    if (read_header(file, length) && *length > 0 && (first = ftell(file)) > 0 && fseek(file, 0, SEEK_END) == 0
        && (last = ftell(file)) >= first && (uint64_t)(last - first) == *length * sizeof *values
        && fseek(file, first, SEEK_SET) == 0 && (values = malloc((size_t)*length * sizeof *values)) != NULL
        && fread(values, sizeof *values, (size_t)*length, file) != *length) {
        free(values);
        values = NULL;
    }
    fclose(file);
    return values;
}

static int write_npy(const char *path, const float *values, uint64_t length)
{
    /* 128 bytes, so that the values are aligned for whoever maps the file. */
    char header[128];
    int used = snprintf(header + 10, sizeof header - 10,
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%llu,), }", (unsigned long long)length);
    memcpy(header, "\x93NUMPY\x01\x00\x76\x00", 10);
    memset(header + 10 + used, ' ', sizeof header - 10 - (size_t)used);
    header[sizeof header - 1] = '\n';
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return 0;
    }
    int good = fwrite(header, 1, sizeof header, file) == sizeof header
        && fwrite(values, sizeof *values, (size_t)length, file) == length;
    return fclose(file) == 0 && good;
}

static int run(int argc, char **argv, fk_device *device, fk_exact_mean **mean)
{
    uint64_t length = 0;
    for (int i = 4; i < argc; i += 2) {
        uint64_t this_length;
        float *values = read_npy(argv[i + 1], &this_length);
        if (values == NULL) {
            fprintf(stderr, "mean_npy: '%s' is not a readable .npy file of one dimension of '<f4'\n", argv[i + 1]);
            return 1;
        }
        fk_status status = FK_STATUS_OK;
        if (*mean == NULL) {
            length = this_length;
            status = fk_exact_mean_create(
                device, length, atof(argv[2]), atof(argv[3]), (uint32_t)(argc - 4) / 2, mean);
        }
        if (status != FK_STATUS_OK) {
            free(values);
            return fail("cannot begin the mean");
        }
        status = fk_exact_mean_fold(*mean, values, this_length, atof(argv[i]));
        free(values);
        if (status == FK_STATUS_DATA) {
            fail(argv[i + 1]);
        } else if (status != FK_STATUS_OK) {
            return fail(argv[i + 1]);
        }
    }

    float *result = malloc((size_t)length * sizeof *result);
    if (result == NULL) {
        return fail("no memory for the mean");
    }
    int code = fk_exact_mean_finish(*mean, length, result) != FK_STATUS_OK ? fail("no mean")
        : !write_npy(argv[1], result, length)                             ? fail("cannot write the mean")
                                                                          : 0;
    free(result);
    return code;
}

int main(int argc, char **argv)
{
    if (argc < 6 || argc % 2 != 0) {
        fprintf(stderr, "usage: mean_npy OUT.npy MAX_MAGNITUDE MAX_WEIGHT WEIGHT FILE.npy [WEIGHT FILE.npy ...]\n");
        return 2;
    }
    fk_device *device = NULL;
    fk_exact_mean *mean = NULL;
    if (!is_little_endian()) {
        return fail("this program reads files as they are, on little-endian machines only");
    }
    if (fk_init(NULL) != FK_STATUS_OK || fk_device_open(NULL, &device) != FK_STATUS_OK) {
        return fail("cannot start");
    }
    int code = run(argc, argv, device, &mean);
    fk_exact_mean_destroy(mean);
    fk_device_close(device);
    return code;
}
