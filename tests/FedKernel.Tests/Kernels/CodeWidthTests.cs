// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using FedKernel.Devices;
using FedKernel.Devices.Validation;
using FedKernel.Kernels;
using FedKernel.Numerics;
using FedKernel.Random;
using FedKernel.Tests.Contracts;
using Xunit;

namespace FedKernel.Tests.Kernels;

/// <summary>Bits of a code, and a norm, of a kernel that only tests have.</summary>
public interface ILevels
{
    static abstract int Bits { get; }

    static abstract BlockNorm Norm { get; }

    static abstract bool IsRandom { get; }
}

/// <summary>Levels 0 to 2^bits − 1 over [−norm, norm], dithered where it is random.</summary>
public readonly struct LevelCode<T>(PhiloxStream stream) : IEncode
    where T : struct, ILevels
{
    private readonly PhiloxStream _stream = stream;

    public static int MaxUlp => 0;

    public static int Bits => T.Bits;

    public static BlockNorm Norm => T.Norm;

    public static bool IsRandom => T.IsRandom;

    private static float Half => ((1 << T.Bits) - 1) / 2f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Block16<TWord> Words<TWord>(TWord block)
        where TWord : struct, IWordLane<TWord> => _stream.Words(block);

    public float Scale(double norm) => (float)norm;

    public float Inverse(float scale) => (float)(1 / (double)scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TWord Code<TLane, TWord>(TLane scaled, TWord random)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord>
    {
        TLane limit = TLane.Splat(1f);
        TLane x = TLane.SelectGreater(limit, scaled, scaled, limit);
        x = TLane.SelectGreater(x, TLane.Splat(-1f), x, TLane.Splat(-1f));
        TLane dither = TLane.FromSigned(random) * TLane.Splat(1f / 131072f);
        TLane moved = ((x + TLane.Splat(1f)) * TLane.Splat(Half)) - dither;
        moved = TLane.SelectGreater(moved, TLane.Splat(0), moved, TLane.Splat(0));
        return TLane.ToBits(moved + TLane.Splat(12582912f)) - TLane.ToBits(TLane.Splat(12582912f));
    }

    public static uint Plain(float scaled, uint random)
    {
        float x = Math.Clamp(scaled, -1f, 1f);
        float moved = ((x + 1f) * Half) - (random * (1f / 131072f));
        return (uint)Math.Round(Math.Max(0d, moved), MidpointRounding.ToEven);
    }
}

/// <summary>The level of a code.</summary>
public readonly struct LevelValue<T> : IDecode
    where T : struct, ILevels
{
    public static int MaxUlp => 0;

    public static int Bits => T.Bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Value<TLane, TWord>(TWord code)
        where TLane : struct, ILane<TLane, TWord>
        where TWord : struct, IWordLane<TWord> =>
        (TLane.FromSigned(code) * TLane.Splat(1f / 64f)) - TLane.Splat(0.5f);

    public static float Plain(uint code) => (code * (1f / 64f)) - 0.5f;
}

/// <summary>Over the mean magnitude.</summary>
public readonly struct One : ILevels
{
    public static int Bits => 1;

    public static BlockNorm Norm => BlockNorm.MeanMagnitude;

    public static bool IsRandom => false;
}

/// <summary>Over the Euclidean norm, at random.</summary>
public readonly struct Two : ILevels
{
    public static int Bits => 2;

    public static BlockNorm Norm => BlockNorm.Euclidean;

    public static bool IsRandom => true;
}

/// <summary>Over the maximum, at random.</summary>
public readonly struct Three : ILevels
{
    public static int Bits => 3;

    public static BlockNorm Norm => BlockNorm.Maximum;

    public static bool IsRandom => true;
}

/// <summary>Over the Euclidean norm.</summary>
public readonly struct Five : ILevels
{
    public static int Bits => 5;

    public static BlockNorm Norm => BlockNorm.Euclidean;

    public static bool IsRandom => false;
}

/// <summary>Without a norm, at random.</summary>
public readonly struct Six : ILevels
{
    public static int Bits => 6;

    public static BlockNorm Norm => BlockNorm.None;

    public static bool IsRandom => true;
}

/// <summary>Over the mean magnitude, at random.</summary>
public readonly struct Seven : ILevels
{
    public static int Bits => 7;

    public static BlockNorm Norm => BlockNorm.MeanMagnitude;

    public static bool IsRandom => true;
}

/// <summary>Codes of the widths and over the norms that no kernel of the registry may have, on every device.</summary>
public sealed class CodeWidthTests(TestDevices devices) : IClassFixture<TestDevices>
{
    private static readonly PhiloxStream _stream = new(new SimulationSeed(77), default);

    private static readonly KernelCase[] _cases =
    [
        .. Of<One>(64), .. Of<Two>(32), .. Of<Three>(4096), .. Of<Five>(128), .. Of<Six>(256), .. Of<Seven>(1024),
    ];

    public static TheoryData<string> Devices() => [.. TestDevices.Usable.Select(TestDevices.Name)];

    [Theory]
    [MemberData(nameof(Devices))]
    public void Codes_OfEveryWidth_MatchPlainReference(string name)
    {
        Device device = devices.Open(name);
        int[] lengths = TestDevices.IsSlow(device)
            ? [0, 1, 33, 515]
            : [0, 1, 2, 3, 5, 7, 8, 9, 31, 33, 63, 65, 127, 255, 257, 511, 513, 1025, 4095, 4097, 70_001];
        var options = new KernelValidationOptions { Lengths = lengths, Cases = _cases };
        foreach (KernelReport report in KernelValidator.Run(device, options))
        {
            Assert.True(report.Pass, $"{report.Kernel}: {report.FirstFailure}");
        }
    }

    private static KernelCase[] Of<T>(int blockSize)
        where T : struct, ILevels =>
    [
        new EncodeCase<LevelCode<T>, LevelValue<T>>(
            $"test_code_{T.Bits}", new LevelCode<T>(_stream), default, blockSize, LevelCode<T>.Plain, LevelValue<T>.Plain,
            words: T.IsRandom ? Words : null),
        new DecodeCase<LevelValue<T>>($"test_value_{T.Bits}", default, blockSize, LevelValue<T>.Plain, _ => true),
    ];

    private static void Words(uint block, Span<uint> words)
    {
        Block16<ScalarWord> w = _stream.Words(new ScalarWord(block));
        for (int k = 0; k < 16; k++)
        {
            words[k] = Unsafe.Add(ref w.R0, k).Value;
        }
    }
}
