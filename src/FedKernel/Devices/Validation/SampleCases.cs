// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Devices.Validation;

/// <summary>The sixteen words of a block, from a plain block function.</summary>
internal delegate void BlockFunction(uint block, Span<uint> words);

/// <summary>The raw words of a stream against a plain block function, all bits.</summary>
internal sealed class StreamWordsCase<TStream>(string name, TStream stream, BlockFunction reference)
    : KernelCase(name, "sample", StreamWords<TStream>.MaxUlp, typeof(StreamWords<TStream>))
    where TStream : unmanaged, ICounterStream
{
    public override void Run(KernelTrial trial)
    {
        var op = new StreamWords<TStream>(stream);
        foreach (long firstTile in SampleLayout.FirstTiles(trial))
        {
            uint[] words = SampleLayout.Words(trial.Length, firstTile, reference);
            float[] expected = Array.ConvertAll(words, BitConverter.UInt32BitsToSingle);
            using GuardedBuffer<float> destination = trial.Destination<float>(trial.Length, 0);
            trial.Device.Sample(destination.Window, destination.Window, op, firstTile);
            trial.Compare(expected, destination, i => $"element {i} from tile {firstTile}", bitPatterns: true);
        }
    }
}

/// <summary>
/// Gaussian noise: within its declared bound of the float32 formula written plainly, and near the exact formula in float64.
/// </summary>
internal sealed class GaussianNoiseCase<TStream>(string name, TStream stream, BlockFunction reference)
    : KernelCase(name, "sample", GaussianNoise<TStream>.MaxUlp, typeof(GaussianNoise<TStream>))
    where TStream : unmanaged, ICounterStream
{
    private const float Deviation = 0.75f;

    public override void Run(KernelTrial trial)
    {
        foreach (long firstTile in SampleLayout.FirstTiles(trial))
        {
            uint[] words = SampleLayout.Words(trial.Length, firstTile, reference);
            RunOnZeros(trial, words, firstTile);
            RunOnValues(trial, words, firstTile);
        }
    }

    private void RunOnZeros(KernelTrial trial, uint[] words, long firstTile)
    {
        float[] expected = SampleLayout.Normals(words);
        using GuardedBuffer<float> buffer = trial.Place<float>(new float[trial.Length], 0);
        trial.Device.Sample(buffer.Window, buffer.Window, new GaussianNoise<TStream>(stream, 1), firstTile);

        // 0 + z is z, but for the sign of a zero.
        trial.Compare(Array.ConvertAll(expected, z => 0f + z), buffer, i => $"z {i} from tile {firstTile}");
        float[] actual = buffer.Read(out _);
        for (int i = 0; i < actual.Length; i++)
        {
            (uint u, uint v) = SampleLayout.Pair(words, i);
            (double first, double second) = ReferenceNormal.Double(u, v);
            double exact = SampleLayout.IsFirst(i) ? first : second;
            trial.Require(
                Math.Abs(actual[i] - exact) <= ReferenceNormal.Bound(u),
                $"z {i} from tile {firstTile}, words {u:x8} {v:x8}: {actual[i]:r} is far from {exact:r}");
        }
    }

    private void RunOnValues(KernelTrial trial, uint[] words, long firstTile)
    {
        float[] x = trial.AnyValues(0), z = SampleLayout.Normals(words);
        var expected = new float[x.Length];
        var magnitudes = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            float noise = Deviation * z[i];
            expected[i] = x[i] + noise;
            magnitudes[i] = Math.Abs(noise);
        }

        using GuardedBuffer<float> source = trial.Place<float>(x, 1);
        using GuardedBuffer<float> destination = trial.Destination<float>(x.Length, 2);
        var op = new GaussianNoise<TStream>(stream, Deviation);
        trial.Device.Sample(source.Window, destination.Window, op, firstTile);
        trial.Compare(expected, destination, i => $"({KernelTrial.Hex(x[i])}) + σ·({KernelTrial.Hex(z[i])})", magnitudes);
        trial.RequireUnchanged(x, source);
        Overlaps.Refused(trial, source, (from, to) => trial.Device.Sample(from, to, op, firstTile));
    }
}

/// <summary>Clipping and noise in one pass against the two formulas one after the other.</summary>
internal sealed class ClipAndNoiseCase<TStream>(string name, TStream stream, BlockFunction reference)
    : KernelCase(name, "sample", ClipAndNoise<TStream>.MaxUlp, typeof(ClipAndNoise<TStream>))
    where TStream : unmanaged, ICounterStream
{
    private const float Deviation = 0.75f;

    // 2 / √30, rounded down: see CoreKernels.
    private const float Factor = 0.3651483f;

    public override void Run(KernelTrial trial)
    {
        var op = new ClipAndNoise<TStream>(new ClipAndScale(30, 2), new GaussianNoise<TStream>(stream, Deviation));
        float[] x = trial.AnyValues(0), z = SampleLayout.Normals(SampleLayout.Words(trial.Length, 0, reference));
        var expected = new float[x.Length];
        var magnitudes = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            float noise = Deviation * z[i];
            expected[i] = (Factor * x[i]) + noise;
            magnitudes[i] = Math.Abs(noise);
        }

        using GuardedBuffer<float> source = trial.Place<float>(x, 1);
        trial.Device.Sample(source.Window, source.Window, op, 0);
        trial.Compare(expected, source, i => $"f·({KernelTrial.Hex(x[i])}) + σ·({KernelTrial.Hex(z[i])})", magnitudes);
    }
}
