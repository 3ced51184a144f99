#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the publish in an empty root without .NET, on OpenCL by PoCL: what a GPU box will see, without the GPU. Needs root, and on Debian
# pocl-opencl-icd, ocl-icd-libopencl1 and binutils. The root is in memory or on disk under TMPDIR and is removed at the end.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
out=${1:-"$here/report/rehearsal"}

refuse() {
    printf 'rehearse.sh: %s\n' "$1" >&2
    exit 2
}

[ "$(id -u)" -eq 0 ] || refuse "a chroot needs root."
[ -f "$here/publish/FedKernel.Probe" ] || refuse "there is no publish; make it with 'run.sh publish'."
[ -f /etc/OpenCL/vendors/pocl.icd ] || refuse "PoCL is not installed (Debian: pocl-opencl-icd)."
mkdir -p -- "$out"

root=$(mktemp -d)
trap 'rm -rf -- "$root"' EXIT
trap 'exit 130' INT TERM HUP

# A file at its own path, and the libraries that it needs.
bring() {
    for file in "$@"; do
        [ -e "$file" ] || refuse "there is no $file here to bring along."
        for needed in "$file" $(ldd "$file" 2>/dev/null | grep -o '/[^ ]*'); do
            [ -e "$root$needed" ] || { mkdir -p -- "$root$(dirname -- "$needed")" && cp -L -- "$needed" "$root$needed"; }
        done
    done
}

# As on Debian: one tree, two names. The linker asks by the short one, ldd tells the one or the other.
mkdir -p "$root/usr/bin" "$root/usr/lib" "$root/usr/lib64"
for link in bin lib lib64; do
    ln -s "usr/$link" "$root/$link"
done

for command in sh timeout dirname mkdir rm wc tr date uname chmod ld; do
    bring "/usr/bin/$command"
done

libraries=/usr/lib/x86_64-linux-gnu
# What .NET loads by name: its hashes are those of OpenSSL.
bring "$libraries/libssl.so.3" "$libraries/libcrypto.so.3"
bring "$libraries"/libpocl.so.2* "$libraries"/pocl/*.so "$libraries/libOpenCL.so.1"
mkdir -p "$root/etc/OpenCL/vendors" "$root/usr/share" "$root/tmp" "$root/proc" "$root/dev" "$root/sys" "$root/probe" "$root/root"
cp /etc/OpenCL/vendors/pocl.icd "$root/etc/OpenCL/vendors/"
cp -r /usr/share/pocl "$root/usr/share/"
# What the compiler in PoCL links a kernel with.
for file in "$libraries"/crti.o "$libraries"/crtn.o "$libraries"/libm.* "$libraries"/libmvec.* "$libraries"/libc.so* "$libraries"/libc_nonshared.a \
    /usr/lib/gcc/x86_64-linux-gnu/*/crt*.o /usr/lib/gcc/x86_64-linux-gnu/*/libgcc*; do
    [ ! -f "$file" ] || bring "$file"
done

bring "$here/publish/FedKernel.Probe" # for its libraries; it stands beside the script below
rm -rf -- "${root:?}$here"
cp -r -- "$here/run.sh" "$here/peers.py" "$here/publish" "$root/probe/"

printf 'Empty root: %s files, %s; files of a .NET: %s\n' \
    "$(find "$root" -type f | wc -l)" "$(du -sh "$root" | cut -f1)" "$(find "$root" -name dotnet -o -name 'libcoreclr*' | wc -l)"

# Mounts live in a name space of their own and go with it; no network in it either.
code=0
unshare --mount --net --pid --fork sh -eu -c '
    mount --make-rprivate /
    mount -t proc proc "$1/proc"
    mount --rbind /sys "$1/sys"
    mount --rbind /dev "$1/dev"
    cd /
    PATH=/usr/bin:/bin HOME=/root TMPDIR=/tmp FEDKERNEL_OPENCL_RELAXED=1 POCL_CACHE_DIR=/tmp/pocl
    export PATH HOME TMPDIR FEDKERNEL_OPENCL_RELAXED POCL_CACHE_DIR
    exec "$2" "$1" /bin/sh /probe/run.sh run opencl:0 /probe/report
' sh "$root" "$(command -v chroot)" || code=$?

cp -r -- "$root/probe/report/." "$out/" 2>/dev/null || true
printf 'rehearse.sh: code %s; reports are in %s\n' "$code" "$out"
exit "$code"
