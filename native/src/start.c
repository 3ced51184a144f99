/* SPDX-License-Identifier: Apache-2.0 */
/* Starts .NET through hostfxr, and answers while it is not there. */
#define _GNU_SOURCE
#include "state.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NETHOST_USE_AS_STATIC
#include <coreclr_delegates.h>
#include <hostfxr.h>
#include <nethost.h>

#define TEXT 2048

typedef int32_t (*get_api_fn)(fk_function_table *table, uint64_t size);

fk_function_table fki_table;

static _Atomic(fk_status) g_state = FK_STATUS_NOT_INITIALIZED;
static pthread_mutex_t g_start = PTHREAD_MUTEX_INITIALIZER;
/* Under g_start: the runtime has been entered, so a child of fork() must not enter it. */
static int g_runtime_touched;
/* Resolved when the library is loaded: a relative name would mean another file after chdir(). */
static char g_own_dir[PATH_MAX];
/* Under g_start: what hostfxr said. */
static char g_host_text[TEXT / 2];

static _Thread_local char t_text[TEXT];
static _Thread_local int t_text_is_managed;

fk_status fki_fail(fk_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(t_text, sizeof t_text, format, arguments);
    va_end(arguments);
    t_text_is_managed = 0;
    return status;
}

fk_status fki_note(fk_status status)
{
    if (status != FK_STATUS_OK) {
        t_text_is_managed = 1;
    }
    return status;
}

fk_status fki_ready(void)
{
    fk_status state = atomic_load_explicit(&g_state, memory_order_acquire);
    if (state == FK_STATUS_OK) {
        return state;
    }
    return state == FK_STATUS_FORKED
        ? fki_fail(state, "This process was forked after fk_init(); .NET does not survive that. Fork before, or use exec.")
        : fki_fail(state, "fk_init() has not succeeded in this process.");
}

uint64_t fk_last_error(char *buffer, uint64_t capacity)
{
    if (t_text_is_managed && atomic_load_explicit(&g_state, memory_order_acquire) == FK_STATUS_OK) {
        return fki_table.last_error(buffer, capacity);
    }
    uint64_t length = strlen(t_text);
    if (buffer != NULL && capacity > 0) {
        uint64_t kept = length < capacity ? length : capacity - 1;
        /* Not inside a character: 10xxxxxx continues one. */
        while (kept > 0 && kept < length && ((unsigned char)t_text[kept] & 0xC0u) == 0x80u) {
            kept--;
        }
        memcpy(buffer, t_text, kept);
        buffer[kept] = 0;
    }
    return length;
}

/* While the lock is held no thread is half way into the runtime: the child knows whether it was touched. */
static void before_fork(void) { pthread_mutex_lock(&g_start); }

static void after_fork_in_parent(void) { pthread_mutex_unlock(&g_start); }

static void after_fork_in_child(void)
{
    if (g_runtime_touched) {
        atomic_store_explicit(&g_state, FK_STATUS_FORKED, memory_order_release);
    }
    pthread_mutex_unlock(&g_start);
}

__attribute__((constructor)) static void on_load(void)
{
    Dl_info own;
    char path[PATH_MAX];
    if (dladdr((void *)&fki_table, &own) != 0 && own.dli_fname != NULL && realpath(own.dli_fname, path) != NULL) {
        char *slash = strrchr(path, '/');
        *(slash == path ? slash + 1 : slash) = 0;
        memcpy(g_own_dir, path, sizeof path);
    }
    pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

static void HOSTFXR_CALLTYPE on_host_text(const char_t *message)
{
    size_t used = strlen(g_host_text);
    snprintf(g_host_text + used, sizeof g_host_text - used, "%s%s", used > 0 ? " " : "", message);
}

static fk_status file_in(const char *dir, const char *name, char path[PATH_MAX])
{
    int length = snprintf(path, PATH_MAX, "%s/%s", dir, name);
    if (length < 0 || length >= PATH_MAX) {
        return fki_fail(FK_STATUS_RUNTIME, "The path '%.200s...' is longer than %d bytes.", dir, PATH_MAX);
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return fki_fail(FK_STATUS_RUNTIME, "Cannot read '%s': %s. It must lie beside libfedkernel.so, or in managed_dir.",
            path, strerror(errno));
    }
    fclose(file);
    return FK_STATUS_OK;
}

static fk_status load_hostfxr(const char *dotnet_root, void **library)
{
    char path[PATH_MAX];
    size_t size = PATH_MAX;
    struct get_hostfxr_parameters where = { sizeof where, NULL, dotnet_root };
    int code = get_hostfxr_path(path, &size, dotnet_root != NULL ? &where : NULL);
    if (code != 0) {
        return fki_fail(FK_STATUS_RUNTIME,
            "No .NET found in '%s' (0x%08x): install the .NET 10 runtime, set DOTNET_ROOT, or pass dotnet_root.",
            dotnet_root != NULL ? dotnet_root : "the usual places", (unsigned)code);
    }
    *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    return *library != NULL ? FK_STATUS_OK : fki_fail(FK_STATUS_RUNTIME, "Cannot load '%s': %s.", path, dlerror());
}

/* Gets the one managed entry, which fills the table. */
static fk_status load_managed(
    void *hostfxr, const char *dotnet_root, const char *config, const char *assembly, get_api_fn *get_api)
{
    hostfxr_set_error_writer_fn set_error_writer =
        (hostfxr_set_error_writer_fn)dlsym(hostfxr, "hostfxr_set_error_writer");
    hostfxr_initialize_for_runtime_config_fn initialize =
        (hostfxr_initialize_for_runtime_config_fn)dlsym(hostfxr, "hostfxr_initialize_for_runtime_config");
    hostfxr_get_runtime_delegate_fn get_delegate =
        (hostfxr_get_runtime_delegate_fn)dlsym(hostfxr, "hostfxr_get_runtime_delegate");
    hostfxr_close_fn close = (hostfxr_close_fn)dlsym(hostfxr, "hostfxr_close");
    if (set_error_writer == NULL || initialize == NULL || get_delegate == NULL || close == NULL) {
        return fki_fail(FK_STATUS_RUNTIME, "hostfxr lacks a function that it has had since .NET 5.");
    }

    g_host_text[0] = 0;
    set_error_writer(on_host_text);
    g_runtime_touched = 1;
    struct hostfxr_initialize_parameters where = { sizeof where, NULL, dotnet_root };
    hostfxr_handle context = NULL;
    load_assembly_and_get_function_pointer_fn load = NULL;
    /* Positive codes are successes: .NET may run in this process already, started by somebody else. */
    int code = initialize(config, dotnet_root != NULL ? &where : NULL, &context);
    if (code >= 0 && context != NULL) {
        code = get_delegate(context, hdt_load_assembly_and_get_function_pointer, (void **)&load);
    }
    if (context != NULL) {
        close(context);
    }
    if (code >= 0 && load != NULL) {
        code = load(assembly, "FedKernel.Abi.Exports, FedKernel.Abi", "GetApi", UNMANAGEDCALLERSONLY_METHOD, NULL,
            (void **)get_api);
    }
    set_error_writer(NULL);
    return code >= 0 && *get_api != NULL
        ? FK_STATUS_OK
        : fki_fail(FK_STATUS_RUNTIME, ".NET did not start (0x%08x). %s", (unsigned)code, g_host_text);
}

static fk_status start(const char *managed_dir, const char *dotnet_root)
{
    char config[PATH_MAX], assembly[PATH_MAX];
    const char *dir = managed_dir != NULL ? managed_dir : g_own_dir;
    fk_status status = file_in(dir, "FedKernel.Abi.runtimeconfig.json", config);
    if (status == FK_STATUS_OK) {
        status = file_in(dir, "FedKernel.Abi.dll", assembly);
    }
    void *hostfxr = NULL;
    if (status == FK_STATUS_OK) {
        status = load_hostfxr(dotnet_root, &hostfxr);
    }
    get_api_fn get_api = NULL;
    if (status == FK_STATUS_OK) {
        status = load_managed(hostfxr, dotnet_root, config, assembly, &get_api);
    }
    if (status == FK_STATUS_OK
        && (get_api(&fki_table, sizeof fki_table) != FK_STATUS_OK || fki_table.abi_version != FK_ABI_VERSION)) {
        status = fki_fail(FK_STATUS_RUNTIME, "'%s' is of another version than libfedkernel.so (interface %u).",
            assembly, FK_ABI_VERSION);
    }
    return status;
}

fk_status fk_init(const fk_config *config)
{
    fk_status status = atomic_load_explicit(&g_state, memory_order_acquire);
    if (status == FK_STATUS_OK) {
        return status;
    }
    if (status == FK_STATUS_FORKED) {
        return fki_ready();
    }
    if (config != NULL && config->size != sizeof *config) {
        return fki_fail(FK_STATUS_INVALID_ARGUMENT, "fk_config.size is %llu; this library knows %zu.",
            (unsigned long long)config->size, sizeof *config);
    }
    pthread_mutex_lock(&g_start);
    status = atomic_load_explicit(&g_state, memory_order_acquire);
    if (status != FK_STATUS_OK) {
        status = start(config != NULL ? config->managed_dir : NULL, config != NULL ? config->dotnet_root : NULL);
        if (status == FK_STATUS_OK) {
            atomic_store_explicit(&g_state, FK_STATUS_OK, memory_order_release);
        }
    }
    pthread_mutex_unlock(&g_start);
    return status;
}
