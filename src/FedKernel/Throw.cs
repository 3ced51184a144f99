// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FedKernel;

/// <summary>Every error message that more than one place needs, named after the mistake. Each names the value and the range.</summary>
internal static class Throw
{
    public static void IfNotInRange<T>(
        T value, T least, T greatest, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : INumber<T>
    {
        // Written so that NaN fails.
        if (!(value >= least && value <= greatest))
        {
            throw new ArgumentOutOfRangeException(name, value, $"Must lie in [{least}, {greatest}].");
        }
    }

    public static void IfLengthsDiffer(long expected, long actual, string expectedName, string actualName)
    {
        if (expected != actual)
        {
            throw new ArgumentException(
                $"'{actualName}' has {actual} elements, '{expectedName}' has {expected}: they must be equal.", actualName);
        }
    }

    [DoesNotReturn]
    public static void SliceOutside(long start, long length, long available) =>
        throw new ArgumentOutOfRangeException(
            nameof(start), start, $"Start {start} and length {length} leave the buffer of {available} elements.");

    [DoesNotReturn]
    public static void ForeignBuffer(string buffer, string device) =>
        throw new ArgumentException($"The buffer '{buffer}' lives on another device than '{device}'.", buffer);

    [DoesNotReturn]
    public static void Overlap(string buffer) =>
        throw new ArgumentException(
            $"'{buffer}' overlaps the destination without being the same elements; the result would depend on the device.",
            buffer);
}
