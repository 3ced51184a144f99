// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Intrinsics;

namespace FedKernel.Devices.Cpu;

/// <summary>Bits of the registers that a <see cref="CpuDevice"/> computes in. Every width gives the same bits.</summary>
public enum SimdWidth
{
    /// <summary>One number at a time.</summary>
    Scalar = 0,

    /// <summary>4 float32: SSE2, NEON.</summary>
    Bits128 = 128,

    /// <summary>8 float32: AVX2.</summary>
    Bits256 = 256,

    /// <summary>16 float32: AVX-512.</summary>
    Bits512 = 512,
}

/// <summary>What this machine has.</summary>
public static class SimdWidths
{
    /// <summary>Every width that the hardware accelerates, widest first; <see cref="SimdWidth.Scalar"/> is always last.</summary>
    public static IReadOnlyList<SimdWidth> Available { get; } = Find();

    private static List<SimdWidth> Find()
    {
        var widths = new List<SimdWidth>();
        if (Vector512.IsHardwareAccelerated)
        {
            widths.Add(SimdWidth.Bits512);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            widths.Add(SimdWidth.Bits256);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            widths.Add(SimdWidth.Bits128);
        }

        widths.Add(SimdWidth.Scalar);
        return widths;
    }
}
