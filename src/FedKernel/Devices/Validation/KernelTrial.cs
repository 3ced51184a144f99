// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace FedKernel.Devices.Validation;

/// <summary>One run of one kernel: its device, length, inputs, and the comparison of what came out.</summary>
public sealed class KernelTrial
{
    /// <summary>Windows are out of line by 0 to 15 elements: every place in a register of 64 bytes.</summary>
    internal const int OffsetCount = 16;

    private readonly KernelTally _tally;
    private readonly ulong _seed;

    internal KernelTrial(Device device, int length, int offset, ulong seed, KernelTally tally)
    {
        (Device, Length, Offset, _seed, _tally) = (device, length, offset, seed, tally);
    }

    /// <summary>Where to run.</summary>
    public Device Device { get; }

    /// <summary>Elements of the vectors, 0 or more.</summary>
    public int Length { get; }

    /// <summary>Elements, 0 to 15, by which the first window is out of line; others are out of line by other amounts.</summary>
    public int Offset { get; }

    /// <summary>Inputs of every kind: NaN, zeros, infinities, denormals, huge and tiny numbers among ordinary ones.</summary>
    /// <param name="vector">Which vector: each number gives other values.</param>
    /// <param name="length">Elements; <see cref="Length"/> if null.</param>
    public float[] AnyValues(int vector, int? length = null) => Make(vector, length, TestValues.Any);

    /// <summary>Finite inputs below 2¹⁰ in magnitude, zeros and denormals among them.</summary>
    /// <inheritdoc cref="AnyValues"/>
    public float[] FiniteValues(int vector, int? length = null) => Make(vector, length, TestValues.Finite);

    /// <summary>Finite inputs over 64 binades, for sums: of values on one grid every order gives the same float64.</summary>
    /// <inheritdoc cref="AnyValues"/>
    public float[] WideValues(int vector, int? length = null) => Make(vector, length, TestValues.Wide);

    /// <summary>Integers of any size.</summary>
    /// <inheritdoc cref="AnyValues"/>
    public long[] Integers(int vector) => Make(vector, null, (s, i) => (long)TestValues.Mix(s, (ulong)i) >> (int)(i % 60));

    /// <summary>Content on the device, between canaries, out of line by <see cref="Offset"/> + <paramref name="shift"/>.</summary>
    public GuardedBuffer<T> Place<T>(ReadOnlySpan<T> content, int shift)
        where T : unmanaged => new(Device, content, (Offset + shift) % OffsetCount);

    /// <summary>A destination between canaries, filled with a pattern that no kernel gives: what is not written is seen.</summary>
    /// <inheritdoc cref="Place"/>
    /// <param name="length">Elements.</param>
    /// <param name="shift">As for <see cref="Place"/>.</param>
    public GuardedBuffer<T> Destination<T>(int length, int shift)
        where T : unmanaged
    {
        var poison = new T[length];
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(poison.AsSpan()).Fill(0xA5);
        return Place<T>(poison, shift);
    }

    /// <summary>Compares a vector, and that nothing beside it was written.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">What the kernel wrote.</param>
    /// <param name="inputs">The inputs of element i, for the message.</param>
    /// <param name="magnitudes">Largest intermediate of each element, where results cancel; null if it is the result.</param>
    /// <param name="bitPatterns">True where the payload of a NaN counts as well.</param>
    public void Compare(
        ReadOnlySpan<float> expected,
        GuardedBuffer<float> actual,
        Func<int, string> inputs,
        float[]? magnitudes = null,
        bool bitPatterns = false)
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(inputs);
        float[] values = actual.Read(out bool intact);
        Require(intact, "the kernel wrote outside its destination");
        _tally.AddOutput(values, bitPatterns);
        for (int i = 0; i < values.Length; i++)
        {
            uint want = BitConverter.SingleToUInt32Bits(expected[i]), got = BitConverter.SingleToUInt32Bits(values[i]);
            if (want == got)
            {
                continue;
            }

            double distance = bitPatterns
                ? double.PositiveInfinity
                : UlpDistance.Between(expected[i], values[i], magnitudes is null ? 0 : magnitudes[i]);
            if (!_tally.Accepts(distance))
            {
                Require(false, $"index {i}{FailurePattern.Of(expected, values, actual.Read(out _))}: {inputs(i)} gave {got:x8}, expected {want:x8}");
                return;
            }
        }
    }

    /// <summary>Compares one number.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">What the kernel returned.</param>
    /// <param name="inputs">The inputs, for the message.</param>
    public void Compare(double expected, double actual, string inputs)
    {
        _tally.AddOutput(actual);
        if (!_tally.Accepts(UlpDistance.Between(expected, actual)))
        {
            long want = BitConverter.DoubleToInt64Bits(expected), got = BitConverter.DoubleToInt64Bits(actual);
            Require(false, $"{inputs} gave {got:x16}, expected {want:x16}");
        }
    }

    /// <summary>Compares integers, and that nothing beside them was written.</summary>
    /// <inheritdoc cref="Compare(ReadOnlySpan{float}, GuardedBuffer{float}, Func{int, string}, float[], bool)"/>
    public void Compare(ReadOnlySpan<long> expected, GuardedBuffer<long> actual, Func<int, string> inputs) =>
        CompareIntegers(expected, actual, inputs, "x16");

    /// <inheritdoc cref="Compare(ReadOnlySpan{long}, GuardedBuffer{long}, Func{int, string})"/>
    public void Compare(ReadOnlySpan<int> expected, GuardedBuffer<int> actual, Func<int, string> inputs) =>
        CompareIntegers(expected, actual, inputs, "d");

    /// <inheritdoc cref="Compare(ReadOnlySpan{long}, GuardedBuffer{long}, Func{int, string})"/>
    public void Compare(ReadOnlySpan<sbyte> expected, GuardedBuffer<sbyte> actual, Func<int, string> inputs) =>
        CompareIntegers(expected, actual, inputs, "d");

    /// <inheritdoc cref="Compare(ReadOnlySpan{long}, GuardedBuffer{long}, Func{int, string})"/>
    internal void Compare(ReadOnlySpan<byte> expected, GuardedBuffer<byte> actual, Func<int, string> inputs) =>
        CompareIntegers(expected, actual, inputs, "x2");

    /// <inheritdoc cref="Compare(ReadOnlySpan{long}, GuardedBuffer{long}, Func{int, string})"/>
    internal void Compare(ReadOnlySpan<uint> expected, GuardedBuffer<uint> actual, Func<int, string> inputs) =>
        CompareIntegers(expected, actual, inputs, "d");

    /// <summary>A source must be left as it was.</summary>
    public void RequireUnchanged(ReadOnlySpan<float> before, GuardedBuffer<float> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        ReadOnlySpan<int> now = System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(source.Read(out bool intact));
        bool same = System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(before).SequenceEqual(now);
        Require(intact && same, "the kernel wrote to its source");
    }

    /// <summary>The device must refuse, with an <see cref="ArgumentException"/> and before it writes.</summary>
    /// <param name="launch">A launch whose destination overlaps a source partly.</param>
    public void RequireRefusal(Action launch)
    {
        ArgumentNullException.ThrowIfNull(launch);
        bool refused = false;
        try
        {
            launch();
        }
        catch (ArgumentException)
        {
            refused = true;
        }

        Require(refused, "a partial overlap of source and destination was not refused");
    }

    /// <summary>Any further condition; a breach ends in the report.</summary>
    public void Require(bool condition, string message)
    {
        if (!condition)
        {
            _tally.Fail($"length {Length.ToString(CultureInfo.InvariantCulture)}, offset {Offset}: {message}");
        }
    }

    /// <summary>The bits of a float, for messages.</summary>
    public static string Hex(float value) => BitConverter.SingleToUInt32Bits(value).ToString("x8", CultureInfo.InvariantCulture);

    private void CompareIntegers<T>(ReadOnlySpan<T> expected, GuardedBuffer<T> actual, Func<int, string> inputs, string format)
        where T : unmanaged, IFormattable, IEquatable<T>
    {
        ArgumentNullException.ThrowIfNull(actual);
        ArgumentNullException.ThrowIfNull(inputs);
        T[] values = actual.Read(out bool intact);
        Require(intact, "the kernel wrote outside its destination");
        _tally.AddOutput(values);
        int i = expected.CommonPrefixLength(values);
        if (i < values.Length)
        {
            _ = _tally.Accepts(double.PositiveInfinity);
            string got = values[i].ToString(format, CultureInfo.InvariantCulture);
            Require(false, $"index {i}: {inputs(i)} gave {got}, expected {expected[i].ToString(format, CultureInfo.InvariantCulture)}");
        }
    }

    private T[] Make<T>(int vector, int? length, Func<ulong, long, T> value)
    {
        var values = new T[length ?? Length];
        ulong seed = TestValues.Mix(_seed, ((ulong)(uint)vector << 32) | (uint)Length);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = value(seed, i);
        }

        return values;
    }
}
