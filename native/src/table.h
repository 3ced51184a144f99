/* SPDX-License-Identifier: Apache-2.0 */
/* What the managed side hands over, once: src/FedKernel.Abi/FunctionTable.cs is the same list in the same order. */
#ifndef FEDKERNEL_TABLE_H
#define FEDKERNEL_TABLE_H

#include "fedkernel.h"

typedef struct fk_function_table {
    uint64_t size;
    uint64_t abi_version;
    uint64_t (*last_error)(char *, uint64_t);
    fk_status (*device_count)(uint32_t *);
    fk_status (*device_describe)(uint32_t, fk_device_info *);
    fk_status (*device_open)(const char *, fk_device **);
    fk_status (*device_name)(fk_device *, char *, uint64_t, uint64_t *);
    fk_status (*device_close)(fk_device *);
    fk_status (*exact_mean_create)(fk_device *, uint64_t, double, double, uint32_t, fk_exact_mean **);
    fk_status (*exact_mean_fold)(fk_exact_mean *, const float *, uint64_t, double);
    fk_status (*exact_mean_count)(fk_exact_mean *, uint64_t *);
    fk_status (*exact_mean_finish)(fk_exact_mean *, uint64_t, float *);
    fk_status (*exact_mean_destroy)(fk_exact_mean *);
    fk_status (*clip_l2)(fk_device *, uint64_t, double, float *, double *, uint64_t *);
    fk_status (*key_create)(fk_key **);
    fk_status (*key_import)(const uint8_t *, uint64_t, fk_key **);
    fk_status (*key_destroy)(fk_key *);
    fk_status (*add_gaussian_noise)(fk_device *, fk_key *, uint32_t, uint32_t, double, uint64_t, float *);
} fk_function_table;

#endif
