// SPDX-License-Identifier: Apache-2.0
// CrashHost LEDGER KEY RELEASES POINT CALLS BYTES: charges and releases until it dies at the point. A release is one line appended
// to RELEASES. Where the point lies at the disk, it is the call after CALLS, in a write after BYTES bytes.
using System.Globalization;
using System.Security.Cryptography;
using FedKernel.CrashHost;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;
using FedKernel.Privacy.Ledger;

CrashPoint point = Enum.Parse<CrashPoint>(args[3]);
int calls = int.Parse(args[4], CultureInfo.InvariantCulture), bytes = int.Parse(args[5], CultureInfo.InvariantCulture);
using var key = ECDsa.Create();
key.ImportPkcs8PrivateKey(File.ReadAllBytes(args[1]), out _);
var disk = new DyingDisk();
if (point == CrashPoint.Opening)
{
    disk.Arm(calls, bytes);
}

using PrivacyLedger ledger = PrivacyLedger.Open(args[0], key, null, TimeProvider.System, disk, PrivacyAccountant.Epsilon);
using var releases = new FileStream(args[2], FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
Console.WriteLine("open");
var release = new GaussianEvent(1000, NeighbouringRelation.AddOrRemoveOne);
for (int i = 0; ; i++)
{
    // The first one always goes through, so that each process leaves something to count.
    if (i == 1 && point is CrashPoint.Charging or CrashPoint.Opening)
    {
        disk.Arm(calls, bytes);
    }

    PrivacyCharge charge = ledger.Charge(release, ReleaseKind.Model, "crash test");
    DieAt(CrashPoint.BeforeRelease, i);
    charge.Take(release);
    releases.Write("rele"u8);
    DieAt(CrashPoint.DuringRelease, i);
    releases.Write("ase\n"u8);
    DieAt(CrashPoint.AfterRelease, i);
}

void DieAt(CrashPoint where, int i)
{
    if (where == point && i == 1)
    {
        DyingDisk.Die();
    }
}
