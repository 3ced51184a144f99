// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using FedKernel.Privacy.Ledger;

namespace FedKernel.CrashHost;

/// <summary>A disk on whose n-th call the process dies, in a write after some of its bytes.</summary>
internal sealed class DyingDisk : LedgerDisk
{
    private int _callsLeft = -1, _bytes;

    /// <summary>From here on, the call after this many is the last.</summary>
    public void Arm(int calls, int bytes) => (_callsLeft, _bytes) = (calls, bytes);

    public override void Write(FileStream file, ReadOnlySpan<byte> bytes)
    {
        if (IsLast())
        {
            base.Write(file, bytes[..Math.Min(bytes.Length, _bytes)]);
            Die();
        }

        base.Write(file, bytes);
    }

    public override void Flush(FileStream file)
    {
        DieIfLast();
        base.Flush(file);
    }

    public override void Move(string from, string to, bool overwrite)
    {
        DieIfLast();
        base.Move(from, to, overwrite);
    }

    public override void FlushFolder(string folder)
    {
        DieIfLast();
        base.FlushFolder(folder);
    }

    /// <summary>As kill -9: nothing is unwound, flushed or disposed of.</summary>
    public static void Die()
    {
        Process.GetCurrentProcess().Kill();
        Process.GetCurrentProcess().WaitForExit();
    }

    private bool IsLast() => _callsLeft >= 0 && _callsLeft-- == 0;

    private void DieIfLast()
    {
        if (IsLast())
        {
            Die();
        }
    }
}
