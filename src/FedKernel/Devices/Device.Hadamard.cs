// SPDX-License-Identifier: Apache-2.0
// Randomized Hadamard rotation · N. Ailon, B. Chazelle, "The fast Johnson–Lindenstrauss transform", SIAM J. Comput. 39, 2009; the signs
// are one bit an element of a counter stream.
// The order of every sum: stage s = 0, 1, …, m − 1 replaces each pair of elements i and i + 2ˢ, bit s of i being 0, by their sum and
// their difference, in that order. A device may do several stages at once, for any elements first; no result depends on it.
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Devices;

public abstract partial class Device
{
    /// <summary>The largest transform: 2³⁰ elements.</summary>
    public const int MaximumHadamardExponent = 30;

    // The signs of a tile are 256 words: bit j of word w is for element 256·j + w of it.
    internal const int SignTile = 8192;

    /// <summary>Words of signs for a vector: 256·⌈d / 8192⌉.</summary>
    public static long SignWords(long length) => (length + SignTile - 1) / SignTile * 256;

    /// <summary>2^(−m/2), which makes a transform of 2ᵐ elements orthonormal, as float32.</summary>
    public static float OrthonormalFactor(int exponent)
    {
        Throw.IfNotInRange(exponent, 0, MaximumHadamardExponent);
        return (float)Math.ScaleB(exponent % 2 == 0 ? 1 : Math.Sqrt(0.5), -(exponent / 2));
    }

    /// <summary>
    /// Draws the signs of a rotation: word 256·⌊i / 8192⌋ + i mod 256 has, in bit ⌊i / 256⌋ mod 32, whether element i is negated. The
    /// words are those of the stream in the order of <see cref="ISample"/>: word k of block b is word 256·⌊b/16⌋ + 16·k + b mod 16.
    /// </summary>
    /// <param name="signs">As many words as <see cref="SignWords"/> says.</param>
    /// <param name="stream">A public stream: both ends draw the same.</param>
    /// <param name="first">The element that the first word is for, a multiple of 8192, for vectors rotated piece by piece.</param>
    public void DrawSigns<TStream>(DeviceBuffer<uint> signs, TStream stream, long first = 0)
        where TStream : unmanaged, ICounterStream
    {
        Check(signs);
        Throw.IfNotInRange(first, 0, (1L << 41) - SignTile);
        if (first % SignTile != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(first), first, $"must be a multiple of {SignTile}: so many elements share 256 words.");
        }

        DeviceBuffer<float> bits = signs.Reinterpret<float>();
        Sample(bits, bits, new StreamWords<TStream>(stream), first / SignTile);
    }

    /// <summary>The Walsh–Hadamard transform of each block, in place: values ← H · (factor · values).</summary>
    /// <remarks>
    /// H is the matrix of Sylvester, H[i, j] = (−1)^(number of common bits of i and j). The factor comes first, so nothing overflows
    /// on the way unless factor · ‖block‖₁ does.
    /// </remarks>
    /// <param name="values">Whole blocks of 2ᵐ elements.</param>
    /// <param name="exponent">m, 0 to 30.</param>
    /// <param name="factor">Finite; <see cref="OrthonormalFactor"/> keeps the norm.</param>
    /// <exception cref="ArgumentException">The values are no whole blocks.</exception>
    public void Hadamard(DeviceBuffer<float> values, int exponent, float factor)
    {
        CheckHadamard(values, exponent, factor);
        HadamardCore(values, exponent, factor, null, signsFirst: false);
    }

    /// <summary>values ← H · (D · factor · values), each block by itself; D is the diagonal matrix of the signs.</summary>
    /// <inheritdoc cref="Hadamard"/>
    /// <param name="values">Whole blocks of 2ᵐ elements.</param>
    /// <param name="exponent">m, 0 to 30.</param>
    /// <param name="factor">Finite; <see cref="OrthonormalFactor"/> keeps the norm.</param>
    /// <param name="signs">Of element 0 on, as <see cref="DrawSigns"/> draws them.</param>
    public void Rotate(DeviceBuffer<float> values, int exponent, float factor, DeviceBuffer<uint> signs)
    {
        CheckSigns(values, exponent, factor, signs);
        HadamardCore(values, exponent, factor, signs, signsFirst: true);
    }

    /// <summary>values ← D · H · (factor · values): with factors whose product is 2^(−m), what <see cref="Rotate"/> did is undone.</summary>
    /// <inheritdoc cref="Rotate"/>
    public void RotateBack(DeviceBuffer<float> values, int exponent, float factor, DeviceBuffer<uint> signs)
    {
        CheckSigns(values, exponent, factor, signs);
        HadamardCore(values, exponent, factor, signs, signsFirst: false);
    }

    private protected abstract void HadamardCore(
        DeviceBuffer<float> values, int exponent, float factor, DeviceBuffer<uint>? signs, bool signsFirst);

    private void CheckHadamard(DeviceBuffer<float> values, int exponent, float factor)
    {
        Check(values);
        Throw.IfNotInRange(exponent, 0, MaximumHadamardExponent);
        Throw.IfNotInRange(factor, -float.MaxValue, float.MaxValue);
        if ((values.Length & ((1L << exponent) - 1)) != 0)
        {
            throw new ArgumentException(
                $"'{nameof(values)}' has {values.Length} elements: they must be whole blocks of {1L << exponent}.", nameof(values));
        }
    }

    private void CheckSigns(DeviceBuffer<float> values, int exponent, float factor, DeviceBuffer<uint> signs)
    {
        CheckHadamard(values, exponent, factor);
        Check(signs);
        Throw.IfNotInRange(signs.Length, SignWords(values.Length), long.MaxValue);
        RefuseAnyOverlap(signs, values, nameof(signs));
    }
}
