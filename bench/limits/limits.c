/* SPDX-License-Identifier: Apache-2.0
 * What the machine gives: the plainest loops that a C compiler turns into the best code it knows, and the same work as the kernels
 * written the way anybody would write it. Built at run time with: cc -O3 -march=native -shared -fPIC -pthread.
 * Buffers start on 64 bytes; n is a count of float32, a multiple of 16.
 */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef struct {
    const float *const *rows; /* sources */
    const float *weights;     /* one for each row */
    float *destination;
    double *results;          /* one for each thread */
    long row_count, n;
    float factor;
} job;

typedef void (*loop)(const job *j, long begin, long end, int thread);

/* The widest store that goes past the caches; where there is none, the compiler's own store. */
#if defined(__AVX512F__)
typedef __m512 wide;
#define ZERO() _mm512_setzero_ps()
#define LOAD(p) _mm512_load_ps(p)
#define ADD(a, b) _mm512_add_ps(a, b)
#define SPLAT(v) _mm512_set1_ps(v)
#define STREAM(p, v) _mm512_stream_ps(p, v)
#define FENCE() _mm_sfence()
enum { WIDE = 16 };
#elif defined(__AVX__)
typedef __m256 wide;
#define ZERO() _mm256_setzero_ps()
#define LOAD(p) _mm256_load_ps(p)
#define ADD(a, b) _mm256_add_ps(a, b)
#define SPLAT(v) _mm256_set1_ps(v)
#define STREAM(p, v) _mm256_stream_ps(p, v)
#define FENCE() _mm_sfence()
enum { WIDE = 8 };
#elif defined(__SSE2__)
typedef __m128 wide;
#define ZERO() _mm_setzero_ps()
#define LOAD(p) _mm_load_ps(p)
#define ADD(a, b) _mm_add_ps(a, b)
#define SPLAT(v) _mm_set1_ps(v)
#define STREAM(p, v) _mm_stream_ps(p, v)
#define FENCE() _mm_sfence()
enum { WIDE = 4 };
#else
typedef float wide;
#define ZERO() 0.0f
#define LOAD(p) (*(p))
#define ADD(a, b) ((a) + (b))
#define SPLAT(v) (v)
#define STREAM(p, v) (*(p) = (v))
#define FENCE() ((void)0)
enum { WIDE = 1 };
#endif

/* Limits. */

static void copy_memcpy(const job *j, long begin, long end, int thread) {
    (void)thread;
    memcpy(j->destination + begin, j->rows[0] + begin, (size_t)(end - begin) * sizeof(float));
}

static void copy_streaming(const job *j, long begin, long end, int thread) {
    (void)thread;
    const float *x = j->rows[0];
    float *d = j->destination;
    for (long i = begin; i < end; i += WIDE) {
        STREAM(d + i, LOAD(x + i));
    }
    FENCE();
}

/* Integers, because a compiler may not reorder a sum of floats; a load costs the same. */
static void read_all(const job *j, long begin, long end, int thread) {
    const uint64_t *x = (const uint64_t *)(j->rows[0] + begin);
    uint64_t a = 0, b = 0, c = 0, d = 0;
    long quarter = (end - begin) / 2 / 4;
    for (long i = 0; i < quarter; i++) {
        a ^= x[4 * i];
        b ^= x[4 * i + 1];
        c ^= x[4 * i + 2];
        d ^= x[4 * i + 3];
    }
    j->results[thread] = (double)(a ^ b ^ c ^ d);
}

static void scale_in_place(const job *j, long begin, long end, int thread) {
    (void)thread;
    float *d = j->destination, factor = j->factor;
    for (long i = begin; i < end; i++) {
        d[i] *= factor;
    }
}

static void fill_streaming(const job *j, long begin, long end, int thread) {
    (void)thread;
    wide v = SPLAT(j->factor);
    for (long i = begin; i < end; i += WIDE) {
        STREAM(j->destination + i, v);
    }
    FENCE();
}

/* The traffic of a sum over rows with nothing to compute but the sum. */
static void add_rows_streaming(const job *j, long begin, long end, int thread) {
    (void)thread;
    if (j->row_count == 16) {
        const float *row[16];
        memcpy(row, j->rows, sizeof row);
        for (long i = begin; i < end; i += WIDE) {
            wide a = ZERO(), b = ZERO();
            for (int r = 0; r < 16; r += 2) {
                a = ADD(a, LOAD(row[r] + i));
                b = ADD(b, LOAD(row[r + 1] + i));
            }
            STREAM(j->destination + i, ADD(a, b));
        }
    } else {
        for (long i = begin; i < end; i += WIDE) {
            wide a = ZERO();
            for (long r = 0; r < j->row_count; r++) {
                a = ADD(a, LOAD(j->rows[r] + i));
            }
            STREAM(j->destination + i, a);
        }
    }
    FENCE();
}

/* Peers: the work of the kernels, plainly. */

static void weighted_sum_row_by_row(const job *j, long begin, long end, int thread) {
    (void)thread;
    float *restrict d = j->destination;
    for (long i = begin; i < end; i++) {
        d[i] = 0;
    }
    for (long r = 0; r < j->row_count; r++) {
        const float *restrict x = j->rows[r];
        float w = j->weights[r];
        for (long i = begin; i < end; i++) {
            d[i] += w * x[i];
        }
    }
}

static void weighted_sum_one_pass(const job *j, long begin, long end, int thread) {
    (void)thread;
    float *restrict d = j->destination;
    if (j->row_count != 16) {
        weighted_sum_row_by_row(j, begin, end, thread);
        return;
    }
    /* Sixteen names and no array of pointers, which the compiler would not look through. */
#define ROW(r) const float *restrict x##r = j->rows[r]; const float w##r = j->weights[r];
    ROW(0) ROW(1) ROW(2) ROW(3) ROW(4) ROW(5) ROW(6) ROW(7) ROW(8) ROW(9) ROW(10) ROW(11) ROW(12) ROW(13) ROW(14) ROW(15)
#undef ROW
#define TERM(r) w##r * x##r[i]
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC ivdep
#endif
    for (long i = begin; i < end; i++) {
        d[i] = TERM(0) + TERM(1) + TERM(2) + TERM(3) + TERM(4) + TERM(5) + TERM(6) + TERM(7)
             + TERM(8) + TERM(9) + TERM(10) + TERM(11) + TERM(12) + TERM(13) + TERM(14) + TERM(15);
    }
#undef TERM
}

static void squared_norm_naive(const job *j, long begin, long end, int thread) {
    double sum = 0;
    for (long i = begin; i < end; i++) {
        sum += (double)j->rows[0][i] * j->rows[0][i];
    }
    j->results[thread] = sum;
}

static void squared_norm_columns(const job *j, long begin, long end, int thread) {
    double s[32] = {0}, sum = 0;
    const float *x = j->rows[0];
    for (long i = begin; i + 32 <= end; i += 32) {
        for (int k = 0; k < 32; k++) {
            s[k] += (double)x[i + k] * x[i + k];
        }
    }
    for (long i = end - (end - begin) % 32; i < end; i++) {
        sum += (double)x[i] * x[i];
    }
    for (int k = 0; k < 32; k++) {
        sum += s[k];
    }
    j->results[thread] = sum;
}

/* Sixteen blocks of RFC 8439 side by side, in the vectors that gcc and clang have as a language extension. */
typedef uint32_t lanes __attribute__((vector_size(64)));
#define ROTATE(v, k) (((v) << (k)) | ((v) >> (32 - (k))))
#define QUARTER(a, b, c, d)                             \
    x[a] += x[b]; x[d] = ROTATE(x[d] ^ x[a], 16);       \
    x[c] += x[d]; x[b] = ROTATE(x[b] ^ x[c], 12);       \
    x[a] += x[b]; x[d] = ROTATE(x[d] ^ x[a], 8);        \
    x[c] += x[d]; x[b] = ROTATE(x[b] ^ x[c], 7);

static void chacha20_words(const job *j, long begin, long end, int thread) {
    (void)thread;
    static const uint32_t start[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, 1, 2, 3, 4, 5, 6, 7, 8, 0, 9, 10, 11};
    const lanes number = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, none = {0};
    for (long i = begin; i + 256 <= end; i += 256) {
        lanes x[16], first[16];
        for (int w = 0; w < 16; w++) {
            first[w] = x[w] = (w == 12 ? number + (uint32_t)(i / 16) : none) + start[w];
        }
        for (int round = 0; round < 10; round++) {
            QUARTER(0, 4, 8, 12) QUARTER(1, 5, 9, 13) QUARTER(2, 6, 10, 14) QUARTER(3, 7, 11, 15)
            QUARTER(0, 5, 10, 15) QUARTER(1, 6, 11, 12) QUARTER(2, 7, 8, 13) QUARTER(3, 4, 9, 14)
        }
        lanes *d = (lanes *)(j->destination + i);
        for (int w = 0; w < 16; w++) {
            d[w] = x[w] + first[w];
        }
    }
}

static inline uint32_t next_word(uint64_t *s) { /* xorshift64*: M. O'Neill's and S. Vigna's usual small generator */
    *s ^= *s >> 12;
    *s ^= *s << 25;
    *s ^= *s >> 27;
    return (uint32_t)((*s * 2685821657736338717ULL) >> 32);
}

static void gaussian_noise_libm(const job *j, long begin, long end, int thread) {
    uint64_t s = 88172645463325252ULL + (uint64_t)thread;
    float *d = j->destination;
    for (long i = begin; i + 2 <= end; i += 2) {
        float u = ((float)next_word(&s) + 1.0f) * 2.3283064e-10f, v = (float)next_word(&s) * 1.4629181e-9f;
        float r = j->factor * sqrtf(-2.0f * logf(u));
        d[i] += r * cosf(v);
        d[i + 1] += r * sinf(v);
    }
}

static void quantize_stochastic(const job *j, long begin, long end, int thread) {
    uint64_t s = 88172645463325252ULL + (uint64_t)thread;
    int8_t *codes = (int8_t *)j->destination;
    const float *x = j->rows[0];
    for (long block = begin; block < end; block += 256) {
        long stop = block + 256 < end ? block + 256 : end;
        float max = 0;
        for (long i = block; i < stop; i++) {
            max = fmaxf(max, fabsf(x[i]));
        }
        float inverse = max > 0 ? 127.0f / max : 0.0f;
        for (long i = block; i < stop; i++) {
            codes[i] = (int8_t)floorf(x[i] * inverse + (float)next_word(&s) * 2.3283064e-10f * 0.999f);
        }
    }
}

static const loop loops[] = {
    copy_memcpy, copy_streaming, read_all, scale_in_place, fill_streaming, add_rows_streaming,
    weighted_sum_row_by_row, weighted_sum_one_pass, squared_norm_naive, squared_norm_columns,
    chacha20_words, gaussian_noise_libm, quantize_stochastic,
};

/* Threads that wait for work: spinning for a while, then asleep, so that they take no time from whoever is measured next. */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t threads[1024];
    const job *work;
    loop body;
    atomic_long generation, pending;
    int count, stopping;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static void share(const job *j, loop body, int thread, int count) {
    long part = (j->n / count) & ~255L;
    body(j, thread * part, thread == count - 1 ? j->n : (thread + 1) * part, thread);
}

static void *serve(void *argument) {
    int thread = (int)(intptr_t)argument;
    long seen = 0;
    for (;;) {
        for (int i = 0; i < 20000 && atomic_load(&pool.generation) == seen; i++) {
        }
        pthread_mutex_lock(&pool.lock);
        while (atomic_load(&pool.generation) == seen) {
            pthread_cond_wait(&pool.wake, &pool.lock);
        }
        seen = atomic_load(&pool.generation);
        int stopping = pool.stopping;
        pthread_mutex_unlock(&pool.lock);
        if (stopping) {
            return NULL;
        }
        share(pool.work, pool.body, thread, pool.count);
        atomic_fetch_sub(&pool.pending, 1);
    }
}

static void announce(void) {
    pthread_mutex_lock(&pool.lock);
    atomic_fetch_add(&pool.generation, 1);
    pthread_cond_broadcast(&pool.wake);
    pthread_mutex_unlock(&pool.lock);
}

/* Starts the threads; returns how many work together, the caller's own among them. */
int fk_limits_open(int threads) {
    pool.count = threads < 1 ? 1 : threads > 1024 ? 1024 : threads;
    pool.stopping = 0;
    atomic_store(&pool.generation, 0);
    for (int t = 1; t < pool.count; t++) {
        if (pthread_create(&pool.threads[t], NULL, serve, (void *)(intptr_t)t) != 0) {
            pool.count = t;
        }
    }
    return pool.count;
}

void fk_limits_close(void) {
    pool.stopping = 1;
    announce();
    for (int t = 1; t < pool.count; t++) {
        pthread_join(pool.threads[t], NULL);
    }
}

/* Runs loop number `which` over n elements, on one thread or on all. Returns the sum of what the threads found. */
double fk_limits_run(int which, int all, const float *const *rows, const float *weights, long row_count, float *destination,
                     long n, float factor) {
    double results[1024];
    job j = {rows, weights, destination, results, row_count, n, factor};
    int count = all ? pool.count : 1;
    memset(results, 0, (size_t)count * sizeof(double));
    if (count == 1) {
        loops[which](&j, 0, n, 0);
        return results[0];
    }
    pool.work = &j;
    pool.body = loops[which];
    atomic_store(&pool.pending, count - 1);
    announce();
    share(&j, loops[which], 0, count);
    while (atomic_load(&pool.pending) != 0) {
    }
    double sum = 0;
    for (int t = 0; t < count; t++) {
        sum += results[t];
    }
    return sum;
}
