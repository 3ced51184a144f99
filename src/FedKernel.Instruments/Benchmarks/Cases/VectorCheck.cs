// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices;

namespace FedKernel.Instruments.Benchmarks.Cases;

/// <summary>
/// Whether a result was really computed: places are spoilt before each sample and compared after it; after the first sample the
/// whole vector is.
/// </summary>
/// <typeparam name="T">Element type of the result.</typeparam>
/// <param name="result">The vector; element i must be what the tile says of i mod its length.</param>
/// <param name="tileLength">Length of the tile.</param>
/// <param name="poison">A value that is no result.</param>
/// <param name="isRight">(value, index in the tile, index) → whether it is a result.</param>
internal sealed class VectorCheck<T>(DeviceBuffer<T> result, int tileLength, T poison, Func<T, int, long, bool> isRight)
    where T : unmanaged
{
    private const int Places = 16;

    private readonly T[] _one = [poison];
    private bool _checkedWhole;

    /// <summary>Spoils the places.</summary>
    public void Spoil()
    {
        for (int p = 0; p < Places; p++)
        {
            result.CopyFrom(_one, Place(p));
        }
    }

    /// <summary>Null, or the first value that is wrong.</summary>
    public string? Check()
    {
        if (!_checkedWhole)
        {
            _checkedWhole = true;
            return CheckWhole();
        }

        Span<T> value = stackalloc T[1];
        for (int p = 0; p < Places; p++)
        {
            result.CopyTo(value, Place(p));
            if (!isRight(value[0], (int)(Place(p) % tileLength), Place(p)))
            {
                return Wrong(value[0], Place(p));
            }
        }

        return null;
    }

    private string? CheckWhole()
    {
        var window = new T[tileLength];
        for (long start = 0; start < result.Length; start += tileLength)
        {
            Span<T> values = window.AsSpan(0, (int)Math.Min(tileLength, result.Length - start));
            result.CopyTo(values, start);
            for (int i = 0; i < values.Length; i++)
            {
                if (!isRight(values[i], i, start + i))
                {
                    return Wrong(values[i], start + i);
                }
            }
        }

        return null;
    }

    private static string Wrong(T value, long index) => $"wrong result: element {index} is {value}";

    /// <summary>The first, the last, and between them places that wander through the tile.</summary>
    private long Place(int p) => p == Places - 1 ? result.Length - 1 : result.Length / (Places - 1) * p / 17 * 17;
}
