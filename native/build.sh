#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds libfedkernel.so, its managed files, the C programs and the Python layer into one folder.
#   native/build.sh [FOLDER]     default: .artifacts/native
# Needs the .NET SDK of global.json, a C and C++ compiler, and cmake. Intermediate files go to FOLDER.obj.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
out=${1:-$root/.artifacts/native}
mkdir -p "$out" "$out.obj"
out=$(CDPATH='' cd -- "$out" && pwd)
work=$out.obj

for tool in dotnet cmake cc c++; do
    command -v "$tool" > /dev/null || { echo "native/build.sh: '$tool' is missing." >&2; exit 1; }
done

# An artifacts folder of its own, so that it can run while the solution is built or tested; the solution's build has the
# analyzers. No build server may outlive the script: it would hold the caller's pipes open.
dotnet publish "$root/src/FedKernel.Abi/FedKernel.Abi.csproj" --configuration Release --output "$out" \
    --artifacts-path "$work/managed" --nologo --verbosity quiet -nodeReuse:false \
    -p:UseSharedCompilation=false -p:RunAnalyzers=false

cmake -S "$root/native" -B "$work/cmake" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_LIBRARY_OUTPUT_DIRECTORY="$out" -DCMAKE_RUNTIME_OUTPUT_DIRECTORY="$out" > "$work/cmake.log" \
    || { cat "$work/cmake.log" >&2; exit 1; }
cmake --build "$work/cmake" > "$work/cmake.log" 2>&1 || { cat "$work/cmake.log" >&2; exit 1; }
# The Python layer finds the library beside itself.
cp "$root"/native/python/*.py "$out"
echo "$out"
