// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Text;

namespace FedKernel.Abi;

/// <summary>The checks of what comes from C, which the rest of the engine cannot make.</summary>
internal static unsafe class Arguments
{
    /// <summary>FK_LENGTH_MAX.</summary>
    public const ulong MaximumLength = 1UL << 36;

    // Longer than any id; bounds the search for the zero byte.
    private const int MaximumTextLength = 4096;

    /// <summary>A length as the engine has it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is more than FK_LENGTH_MAX.</exception>
    public static long Length(ulong length) => length <= MaximumLength
        ? (long)length
        : throw new ArgumentOutOfRangeException(nameof(length), length, $"Must be at most {MaximumLength} (FK_LENGTH_MAX).");

    /// <summary>Refuses NULL and a pointer that is not aligned to its type.</summary>
    public static void Check<T>(T* pointer, [CallerArgumentExpression(nameof(pointer))] string name = "")
        where T : unmanaged
    {
        if (pointer == null)
        {
            throw new ArgumentNullException(name, "Must not be NULL.");
        }

        CheckAlignment(pointer, name);
    }

    /// <summary>Refuses a pointer that is not aligned to its type; NULL passes.</summary>
    public static void CheckOptional<T>(T* pointer, [CallerArgumentExpression(nameof(pointer))] string name = "")
        where T : unmanaged => CheckAlignment(pointer, name);

    /// <summary>Refuses a vector that is NULL and not empty, is not aligned, or runs past the end of all memory.</summary>
    /// <returns>Its length as the engine has it.</returns>
    public static long CheckVector(float* values, ulong length, [CallerArgumentExpression(nameof(values))] string name = "")
    {
        long elements = Length(length);
        if (elements > 0)
        {
            Check(values, name);
        }

        if ((nuint)values > nuint.MaxValue - ((nuint)elements * sizeof(float)))
        {
            throw new ArgumentException($"{elements} elements from 0x{(nuint)values:x} on run past the end of memory.", name);
        }

        return elements;
    }

    /// <summary>A text that ends with a zero byte; null for NULL.</summary>
    /// <exception cref="ArgumentException">It is too long, or not UTF-8.</exception>
    public static string? Text(byte* text, [CallerArgumentExpression(nameof(text))] string name = "")
    {
        if (text == null)
        {
            return null;
        }

        int length = 0;
        while (text[length] != 0)
        {
            if (++length > MaximumTextLength)
            {
                throw new ArgumentException($"No zero byte within {MaximumTextLength} bytes.", name);
            }
        }

        var bytes = new ReadOnlySpan<byte>(text, length);
        return System.Text.Unicode.Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw new ArgumentException("Is not UTF-8.", name);
    }

    private static void CheckAlignment<T>(T* pointer, string name)
        where T : unmanaged
    {
        // Only primitive types come here: their size is their alignment.
        if ((nuint)pointer % (nuint)sizeof(T) != 0)
        {
            throw new ArgumentException($"0x{(nuint)pointer:x} must be a multiple of {sizeof(T)}.", name);
        }
    }
}
