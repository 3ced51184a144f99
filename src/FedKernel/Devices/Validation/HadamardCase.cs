// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;

namespace FedKernel.Devices.Validation;

/// <summary>The verbs Hadamard, Rotate and RotateBack against the definition of their stages, one pair at a time.</summary>
/// <param name="key">Of the stream of signs.</param>
/// <param name="id">Of the stream of signs.</param>
internal sealed class HadamardCase(uint[] key, StreamId id) : KernelCase("walsh_hadamard", "special", 0, typeof(Device))
{
    // Blocks shorter and longer than registers, tiles, and what a core or a thread of a GPU does in one go.
    private static readonly int[] _exponents = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 13, 14, 16, 18];

    public override void Run(KernelTrial trial)
    {
        uint[] words = Words(trial.Length);
        using GuardedBuffer<uint> signs = trial.Destination<uint>(words.Length, 3);
        trial.Device.DrawSigns(signs.Window, new ChaCha20Stream(key, id));
        uint[] drawn = signs.Window.ToArray();
        trial.Require(drawn.AsSpan().SequenceEqual(words), "the signs are others than those of the stream");
        foreach (int m in _exponents)
        {
            int length = trial.Length >> m << m;
            if (length > 0 || m == 0)
            {
                Check(trial, m, length, words, signs);
            }
        }
    }

    private static void Check(KernelTrial trial, int m, int length, uint[] words, GuardedBuffer<uint> signs)
    {
        float factor = Device.OrthonormalFactor(m);
        foreach (int kind in (int[])[0, 1, 2])
        {
            float[] x = kind == 0 ? trial.AnyValues(m, length) : trial.FiniteValues(m + (32 * kind), length);
            using GuardedBuffer<float> values = trial.Place<float>(x, 1);
            switch (kind)
            {
                case 0:
                    trial.Device.Hadamard(values.Window, m, factor);
                    break;
                case 1:
                    trial.Device.Rotate(values.Window, m, factor, signs.Window);
                    break;
                default:
                    trial.Device.RotateBack(values.Window, m, factor, signs.Window);
                    break;
            }

            float[] expected = Reference(x, m, factor, kind, words);
            trial.Compare(expected, values, i => $"element {i} of blocks of 2^{m}, kind {kind}");
        }
    }

    private static float[] Reference(float[] x, int m, float factor, int kind, uint[] words)
    {
        var y = new float[x.Length];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = factor * x[i];
            y[i] = kind == 1 && IsNegated(words, i) ? -y[i] : y[i];
        }

        for (int s = 0; s < m; s++)
        {
            for (int i = 0; i < y.Length; i++)
            {
                if (((i >> s) & 1) == 0)
                {
                    (y[i], y[i + (1 << s)]) = (y[i] + y[i + (1 << s)], y[i] - y[i + (1 << s)]);
                }
            }
        }

        for (int i = 0; i < y.Length; i++)
        {
            y[i] = kind == 2 && IsNegated(words, i) ? -y[i] : y[i];
        }

        return y;
    }

    private static bool IsNegated(uint[] words, int i) => ((words[(256 * (i / 8192)) + (i % 256)] >> (i / 256 % 32)) & 1) != 0;

    private uint[] Words(int length) => SampleLayout.Words(
        (length + 8191) / 8192 * 256, 0,
        (block, output) => ReferenceStreams.ChaCha20(key, block, [id.Round, (uint)id.Purpose, id.Tensor], output));
}
