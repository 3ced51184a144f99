// SPDX-License-Identifier: Apache-2.0
// TurboSHAKE128 (RFC 9861, section 2) and XofTurboShake128 over it (draft-irtf-cfrg-vdaf, section 6.2.1). For known answers only.
using System.Buffers.Binary;
using System.Numerics;

namespace FedKernel.Tests.Random.Discrete;

/// <summary>The bytes that libprio's vectors were drawn from.</summary>
internal sealed class TurboShake128
{
    private const int Rate = 168;
    private const int Rounds = 12;

    // The last twelve round constants of Keccak-f[1600].
    private static readonly ulong[] _constants =
    [
        0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
        0x000000000000800A, 0x800000008000000A, 0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
    ];

    private readonly ulong[] _state = new ulong[25];
    private int _read;

    private TurboShake128(ReadOnlySpan<byte> message, byte domain)
    {
        byte[] padded = new byte[((message.Length / Rate) + 1) * Rate];
        message.CopyTo(padded);
        padded[message.Length] = domain;
        padded[^1] ^= 0x80;
        for (int start = 0; start < padded.Length; start += Rate)
        {
            for (int i = 0; i < Rate / 8; i++)
            {
                _state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(padded.AsSpan(start + (8 * i)));
            }

            Permute(_state);
        }
    }

    /// <summary>XofTurboShake128 of the VDAF draft.</summary>
    public static TurboShake128 Xof(byte[] seed, byte[] separation, byte[] binder) =>
        new([(byte)separation.Length, (byte)(separation.Length >> 8), .. separation, (byte)seed.Length, .. seed, .. binder], 1);

    /// <summary>The next bytes.</summary>
    public void Fill(Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            if (_read == Rate)
            {
                Permute(_state);
                _read = 0;
            }

            destination[i] = (byte)(_state[_read / 8] >> (8 * (_read % 8)));
            _read++;
        }
    }

    private static void Permute(ulong[] a)
    {
        Span<ulong> c = stackalloc ulong[5];
        for (int round = 0; round < Rounds; round++)
        {
            for (int x = 0; x < 5; x++)
            {
                c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
            }

            for (int i = 0; i < 25; i++)
            {
                a[i] ^= c[(i + 4) % 5] ^ BitOperations.RotateLeft(c[(i + 1) % 5], 1);
            }

            // ρ and π along the one cycle of π.
            (int px, int py) = (1, 0);
            ulong moving = a[1];
            for (int t = 0; t < 24; t++)
            {
                (px, py) = (py, ((2 * px) + (3 * py)) % 5);
                (moving, a[px + (5 * py)]) = (a[px + (5 * py)], BitOperations.RotateLeft(moving, (t + 1) * (t + 2) / 2 % 64));
            }

            for (int y = 0; y < 25; y += 5)
            {
                a.AsSpan(y, 5).CopyTo(c);
                for (int x = 0; x < 5; x++)
                {
                    a[y + x] = c[x] ^ (~c[(x + 1) % 5] & c[(x + 2) % 5]);
                }
            }

            a[0] ^= _constants[round];
        }
    }
}
