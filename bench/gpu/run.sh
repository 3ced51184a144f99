#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Validates and times a GPU on a machine that has a driver and no .NET. See README.md beside this file.
set -u

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2
publish="$here/publish"
program=FedKernel.Probe
most_bytes=50000000

# Codes as those of the verbs: 2 arguments, 4 hung, 5 nothing ran.
usage() {
    cat <<'TEXT'
run.sh                         publishes if that is missing and an SDK is there, then runs on cuda:0
run.sh publish [folder]        makes the program: one file, under 50 MB, no .NET needed where it runs
run.sh run [device] [folder]   validates and times a device (cuda:0), reports into a folder (report)
TEXT
}

refuse() { # code message
    printf 'run.sh: %s\n' "$2" >&2
    exit "$1"
}

size_of() { wc -c <"$1" | tr -d ' '; }

publish() { # folder
    command -v dotnet >/dev/null 2>&1 || refuse 5 "publishing needs a .NET SDK, and there is no 'dotnet' here."
    root=$(CDPATH='' cd -- "$here/../.." && pwd)
    mkdir -p -- "$1" 2>/dev/null && [ -w "$1" ] || refuse 2 "cannot write to the folder '$1'."
    # Compiled ahead of time it starts faster; without, it is smaller.
    for ready in true false; do
        build="$root/.artifacts/probe"
        rm -rf -- "$build/out"
        dotnet publish "$here/$program" -c Release -o "$build/out" --nologo -v quiet \
            -p:ProbePublish=true -p:ArtifactsPath="$build" -p:PublishReadyToRun=$ready >&2 ||
            refuse 1 "dotnet publish failed."
        bytes=$(size_of "$build/out/$program")
        [ "$bytes" -lt "$most_bytes" ] && break
        printf 'run.sh: %s bytes with ReadyToRun=%s, the limit is %s.\n' "$bytes" "$ready" "$most_bytes" >&2
    done
    [ "$bytes" -lt "$most_bytes" ] || refuse 1 "the program has $bytes bytes; the limit is $most_bytes."
    cp -- "$build/out/$program" "$1/$program" || refuse 1 "cannot write '$1/$program'."
    printf '%s: %s bytes, ReadyToRun=%s\n' "$1/$program" "$bytes" "$ready"
}

# A step that gets a time of its own. A job in the background, because a shell hears no signal while it waits for a foreground one.
step() { # seconds name command...
    seconds=$1 name=$2
    shift 2
    printf -- '--- %s, at most %s s\n' "$name" "$seconds"
    timeout -k 5 "$seconds" "$@" &
    child=$!
    wait "$child"
    code=$?
    child=
    if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then
        printf 'run.sh: %s did not end within %s s.\n' "$name" "$seconds" >&2
        code=4
    elif [ "$code" -gt 128 ] && [ "$code" -ne 130 ]; then
        printf "run.sh: %s broke down (signal %s); where it says 'No usable version of libssl', OpenSSL is missing.\n" \
            "$name" $((code - 128)) >&2
        code=4
    fi
    [ "$worst" -ne 0 ] || worst=$code
    return "$code"
}

stop() {
    [ -z "$child" ] || { kill -TERM "$child" 2>/dev/null; wait "$child"; }
    exit 130
}

environment() {
    date -u '+date: %Y-%m-%dT%H:%M:%SZ'
    printf 'device: %s\nsystem: %s\n' "$device" "$(uname -srm)"
    printf 'program: %s bytes\n' "$(size_of "$publish/$program")"
    if command -v nvidia-smi >/dev/null 2>&1; then
        timeout -k 2 10 nvidia-smi || echo 'nvidia-smi failed'
        timeout -k 2 10 nvidia-smi --format=csv --query-gpu=name,driver_version,clocks.mem,clocks.sm,ecc.mode.current,power.limit
    else
        echo 'nvidia-smi: not here'
    fi
    timeout -k 2 20 "$publish/$program" devices --json "$out/devices.json"
}

run() { # device folder
    device=$1 out=$2 worst=0 child=
    command -v timeout >/dev/null 2>&1 || refuse 2 "needs the command 'timeout' (coreutils)."
    [ -f "$publish/$program" ] || refuse 5 "there is no $publish/$program; make it with 'run.sh publish' where there is a .NET SDK."
    [ -x "$publish/$program" ] || chmod +x "$publish/$program" 2>/dev/null || refuse 5 "$publish/$program cannot be executed."
    mkdir -p -- "$out" 2>/dev/null && : 2>/dev/null >"$out/environment.txt" || refuse 2 "cannot write to the folder '$out'."
    trap stop INT TERM HUP
    # An older run must not pass for this one.
    rm -f -- "$out/validate.json" "$out/validate.html" "$out/validate.xml" "$out/bench.json" "$out/peers.json" "$out/devices.json"
    environment >"$out/environment.txt" 2>&1

    step 170 validation "$publish/$program" validate --level medium --device "$device" \
        --json "$out/validate.json" --html "$out/validate.html" --junit "$out/validate.xml"
    if [ "$?" -eq 5 ]; then
        case $device in
        cuda:*) refuse 5 "no usable device '$device': is there an NVIDIA driver (nvidia-smi), and does the container have the GPU?" ;;
        *) refuse 5 "no usable device '$device'; $out/environment.txt lists what is here." ;;
        esac
    fi

    step 150 benchmarks "$publish/$program" bench --quick --device "$device" --json "$out/bench.json"

    peers
    printf 'run.sh: code %s; reports are in %s\n' "$worst" "$out"
    return "$worst"
}

peers() {
    case $device in
    cuda:*) ;;
    *) echo "--- peers: skipped, PyTorch and CuPy are compared on cuda:N only" && return ;;
    esac
    if ! command -v python3 >/dev/null 2>&1; then
        echo '--- peers: skipped, there is no python3'
    elif ! timeout -k 2 5 python3 -c 'import importlib.util as u, sys; sys.exit(not (u.find_spec("torch") or u.find_spec("cupy")))'; then
        echo '--- peers: skipped, python3 has neither torch nor cupy'
    else
        step 90 peers python3 "$here/peers.py" --device "$device" --bench "$out/bench.json" --json "$out/peers.json"
    fi
}

case ${1-} in
'')
    [ -f "$publish/$program" ] || ! command -v dotnet >/dev/null 2>&1 || publish "$publish"
    run cuda:0 "$here/report"
    ;;
publish)
    [ $# -le 2 ] || refuse 2 "publish takes one folder; see 'run.sh --help'."
    publish "${2-$publish}"
    ;;
run)
    [ $# -le 3 ] || refuse 2 "run takes a device and a folder; see 'run.sh --help'."
    case ${2-cuda:0} in
    cuda:[0-9]* | opencl:[0-9]* | cpu | cpu:* | ilgpu-cpu) ;;
    *) refuse 2 "a device is cuda:N, opencl:N, cpu or ilgpu-cpu; got '$2'." ;;
    esac
    run "${2-cuda:0}" "${3-$here/report}"
    ;;
-h | --help | help) usage ;;
*) refuse 2 "there is no '$1'; see 'run.sh --help'." ;;
esac
