// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FedKernel.Devices.Validation;

/// <summary>Collects what the trials of one kernel on one device found.</summary>
internal sealed class KernelTally(int maxUlp) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _cases;
    private long _values;
    private double _worst;
    private string? _failure;

    public bool Accepts(double distance)
    {
        _worst = Math.Max(_worst, distance);
        return distance <= maxUlp;
    }

    public void Fail(string message) => _failure ??= message;

    public void AddOutput(float[] values, bool bitPatterns)
    {
        uint[] bits = MemoryMarshal.Cast<float, uint>(values).ToArray();
        if (!bitPatterns)
        {
            // Which NaN an operation makes is the processor's own affair: all count as one.
            for (int i = 0; i < bits.Length; i++)
            {
                bits[i] = float.IsNaN(values[i]) ? 0x7FC00000 : bits[i];
            }
        }

        Append(bits.AsSpan(), bits.Length);
    }

    public void AddOutput(double value)
    {
        long bits = double.IsNaN(value) ? 0x7FF8_0000_0000_0000 : BitConverter.DoubleToInt64Bits(value);
        Append(new ReadOnlySpan<long>(in bits), 1);
    }

    public void AddOutput<T>(T[] values)
        where T : unmanaged => Append<T>(values, values.Length);

    public KernelReport Report(KernelCase kernel, Device device) => new(
        kernel.Name,
        kernel.Shape,
        device.Info.Id,
        _cases,
        _values,
        _worst,
        maxUlp,
        _failure,
        Convert.ToHexStringLower(_hash.GetCurrentHash()));

    public void Dispose() => _hash.Dispose();

    private void Append<T>(ReadOnlySpan<T> values, int count)
        where T : unmanaged
    {
        _hash.AppendData(MemoryMarshal.AsBytes(values));
        _values += count;
        _cases++;
    }
}
