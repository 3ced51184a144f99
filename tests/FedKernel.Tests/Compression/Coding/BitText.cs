// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace FedKernel.Tests.Compression.Coding;

/// <summary>Bits as papers print them: the first one on the left.</summary>
internal static class BitText
{
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        for (int i = 0; i < 8 * bytes.Length; i++)
        {
            text.Append((bytes[i / 8] >> (i % 8)) & 1);
        }

        return text.ToString();
    }

    public static byte[] Parse(string bits)
    {
        byte[] bytes = new byte[(bits.Length + 7) / 8];
        for (int i = 0; i < bits.Length; i++)
        {
            bytes[i / 8] |= (byte)((bits[i] - '0') << (i % 8));
        }

        return bytes;
    }
}
