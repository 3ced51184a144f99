// SPDX-License-Identifier: Apache-2.0
using FedKernel.Numerics;

namespace FedKernel.Devices.Validation;

/// <summary>Codes written from their definitions: the nearest of all numbers that a code can stand for.</summary>
internal static class ReferenceCodes
{
    /// <summary>The levels of NF4 as bitsandbytes prints them.</summary>
    public static readonly float[] NormalFloat4 =
    [
        -1f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f, -0.18477343022823334f,
        -0.09105003625154495f, 0f, 0.07958029955625534f, 0.16093020141124725f, 0.24611230194568634f, 0.33791524171829224f,
        0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1f,
    ];

    private static readonly float[] _float4 = [.. new double[] { 0, 0.0625, 8, 12, 4, 6, 2, 3 }.Select(m => (float)(m / 12))];

    private static readonly float[] _e4m3 = [.. Enumerable.Range(0, 127).Select(c => (float)MiniFloat((uint)c, 3, 7))];

    private static readonly float[] _e5m2 = [.. Enumerable.Range(0, 124).Select(c => (float)MiniFloat((uint)c, 2, 15))];

    /// <summary>An integer in two's complement.</summary>
    public static uint Integer(float scaled, int bits) =>
        (uint)(int)Math.Round((double)scaled, MidpointRounding.ToEven) & ((1u << bits) - 1);

    public static float IntegerValue(uint code, int bits) => code >= 1u << (bits - 1) ? (int)code - (1 << bits) : code;

    public static uint NormalFloat4Code(float scaled)
    {
        uint code = 0;
        while (code < 15 && scaled > (float)(((double)NormalFloat4[code] + NormalFloat4[code + 1]) / 2))
        {
            code++;
        }

        return code;
    }

    public static uint Float4Code(float scaled)
    {
        float[] sorted = [.. _float4.Order()];
        int at = 0;
        while (at < 7 && Math.Abs(scaled) > (float)(((double)sorted[at] + sorted[at + 1]) / 2))
        {
            at++;
        }

        uint magnitude = (uint)Array.IndexOf(_float4, sorted[at]);
        return scaled < 0 && magnitude != 0 ? magnitude | 8 : magnitude;
    }

    public static float Float4Value(uint code) => code >= 8 ? -_float4[code - 8] : _float4[code];

    public static uint HalfCode(float x) =>
        BitConverter.HalfToUInt16Bits((Half)Math.Clamp(x, -65504f, 65504f));

    public static float HalfValue(uint code) => (float)BitConverter.UInt16BitsToHalf((ushort)code);

    public static uint BFloat16Code(float x)
    {
        float limit = BitConverter.UInt32BitsToSingle(0x7F7F0000);
        return BitConverter.SingleToUInt32Bits((float)(BFloat16)Math.Clamp(x, -limit, limit)) >> 16;
    }

    public static float BFloat16Value(uint code) => BitConverter.UInt32BitsToSingle(code << 16);

    public static uint E4M3Code(float x) => Nearest(x, _e4m3);

    public static float E4M3Value(uint code) => Signed(code, _e4m3);

    public static uint E5M2Code(float x) => Nearest(x, _e5m2);

    public static float E5M2Value(uint code) => Signed(code, _e5m2);

    /// <summary>2^(e − bias) · (1 + m / 2^bits), and 2^(1 − bias) · m / 2^bits for e = 0.</summary>
    private static double MiniFloat(uint code, int mantissaBits, int bias)
    {
        uint e = code >> mantissaBits, m = code & ((1u << mantissaBits) - 1);
        double fraction = m / (double)(1 << mantissaBits);
        return e == 0 ? Math.ScaleB(fraction, 1 - bias) : Math.ScaleB(1 + fraction, (int)e - bias);
    }

    /// <summary>The nearest magnitude, the even code of two; magnitudes grow with the code.</summary>
    private static uint Nearest(float x, float[] magnitudes)
    {
        double a = Math.Abs((double)x);
        int at = Array.BinarySearch(magnitudes, (float)a);
        if (at < 0)
        {
            int above = ~at;
            if (above == magnitudes.Length)
            {
                at = above - 1;
            }
            else
            {
                double down = a - magnitudes[above - 1], up = magnitudes[above] - a;
                at = up < down || (up == down && above % 2 == 0) ? above : above - 1;
            }
        }

        return (uint)at | (float.IsNegative(x) ? 0x80u : 0);
    }

    private static float Signed(uint code, float[] magnitudes) => code >= 0x80 ? -magnitudes[code - 0x80] : magnitudes[code];
}
