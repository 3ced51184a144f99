// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace FedKernel.Abi;

/// <summary>Texts on their way to C: UTF-8, with a zero byte, cut at a whole character.</summary>
internal static unsafe class Utf8Text
{
    /// <summary>Writes as much of a text as fits.</summary>
    /// <returns>The length of the whole text in bytes, without its zero byte.</returns>
    public static ulong Write(string text, byte* buffer, ulong capacity)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (buffer != null && capacity > 0)
        {
            int kept = (int)Math.Min((ulong)bytes.Length, capacity - 1);
            // 10xxxxxx continues a character.
            while (kept > 0 && kept < bytes.Length && (bytes[kept] & 0xC0) == 0x80)
            {
                kept--;
            }

            bytes.AsSpan(0, kept).CopyTo(new Span<byte>(buffer, kept));
            buffer[kept] = 0;
        }

        return (ulong)bytes.Length;
    }
}
