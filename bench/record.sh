#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures everything on this machine and writes bench/results/<machine>: bash bench/record.sh NAME
# Some six minutes; leave the machine alone meanwhile. With a second argument only a part, some three minutes: "privacy", the accountant
# and discrete noise, into privacy.md and privacy.json there; "compression", its table of bars, into compression.md and compression.json.
set -euo pipefail
[ $# -eq 1 ] || [ "$*" = "$1 privacy" ] || [ "$*" = "$1 compression" ] ||
    { echo "usage: bench/record.sh NAME-OF-THE-MACHINE [privacy|compression]" >&2; exit 2; }
cd "$(dirname "$0")/.."
out=bench/results/$1
mkdir -p "$out"
bench="dotnet run --project src/FedKernel.Cli -c Release --no-build -- bench --device cpu --json $out/bench-cpu.json"
run_compare="dotnet run --project bench/FedKernel.Bench.Compare -c Release --no-build -- --device cpu"
compare="$run_compare --json $out/compare.json --markdown $out/compare.md"
privacy="$run_compare --filter privacy,discrete_gaussian --launches 3 --json $out/privacy.json --markdown $out/privacy.md"
compression="$run_compare --only compression --launches 3 --json $out/compression.json --markdown $out/compression.md"

versions() { # command...
    echo "commit: $(git rev-parse HEAD)$(git diff --quiet HEAD -- src bench native || echo ' with changes')"
    echo "date: $(date -u +%Y-%m-%d)"
    echo "os: $(. /etc/os-release && echo "$PRETTY_NAME"), $(uname -s) $(uname -r | cut -d- -f1)"
    echo "processor: $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2- | xargs), $(nproc) processors, family $(grep -m1 'cpu family' /proc/cpuinfo | cut -d: -f2 | xargs)"
    echo "memory: $(grep MemTotal /proc/meminfo | awk '{printf "%.0f GiB", $2 / 1048576}')"
    echo "dotnet sdk: $(dotnet --version), runtime: $(dotnet --list-runtimes | grep NETCore.App | tail -1 | cut -d' ' -f2)"
    echo "cc: $(cc --version | head -1)"
    for package in python3 python3-numpy python3-torch libblas3 libopenblas0-pthread pocl-opencl-icd; do
        echo "$package: $(dpkg-query -W -f '${Version}' "$package" 2> /dev/null || echo 'not installed')"
    done
    grep -o 'Include="[^"]*" Version="[^"]*"' Directory.Packages.props | sed 's/Include="\([^"]*\)" Version="\([^"]*\)"/\1: \2/'
    for command in "$@"; do
        echo "command: ${command/ --no-build/}"
    done
}

if [ $# -eq 2 ]; then
    part=${!2} # the command of that name
    dotnet build bench/FedKernel.Bench.Compare -c Release -v quiet
    versions "$part" > "$out/$2-versions.txt"
    exec $part
fi

dotnet build -c Release -v quiet
versions "$bench" "$compare" > "$out/versions.txt"
FEDKERNEL_OPENCL_RELAXED=1 $compare
# The README repeats the table of the machine that it names.
awk -v file="$out/compare.md" '
    $0 == "<!-- comparison: " file " -->" { print; inside = 1; while ((getline line < file) > 0) {
        if (line == "<!-- /comparison -->") copy = 0; if (copy) print line; if (line == "<!-- comparison -->") copy = 1 } }
    $0 == "<!-- /comparison -->" { inside = 0 }
    !inside { print }' README.md > "$out/README.tmp"
cat "$out/README.tmp" > README.md
rm "$out/README.tmp"
{
    echo '# `fedkernel bench`'
    echo
    echo '```'
    $bench | grep -v '^Launch '
    echo '```'
} > "$out/bench-cpu.md"
cat "$out/bench-cpu.md"
