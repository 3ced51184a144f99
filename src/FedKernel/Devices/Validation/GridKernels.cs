// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Devices.Validation;

/// <summary>The kernels on an integer grid, with references that round by the platform's own function.</summary>
internal static class GridKernels
{
    private const float Factor = 911.7f, Step = 0.37f;

    private static readonly SimulationSeed _seed = new(0xFEDCBA9876543210);

    private static readonly StreamId _id = new(11, StreamPurpose.Rounding, 2);

    public static IReadOnlyList<KernelCase> All { get; } =
    [
        new Map1Case<RoundToGrid>(
            "round_to_grid", new RoundToGrid(Factor), x => BitConverter.Int32BitsToSingle((int)MathF.Round(Scaled(x))), bitPatterns: true),
        new Map1Case<TruncateToGrid>(
            "truncate_to_grid", new TruncateToGrid(Factor), x => BitConverter.Int32BitsToSingle((int)Scaled(x)), bitPatterns: true),
        new Map2Case<AddIntegers>(
            "add_integers", new AddIntegers(),
            (x, y) => BitConverter.Int32BitsToSingle(unchecked(BitConverter.SingleToInt32Bits(x) + BitConverter.SingleToInt32Bits(y)))),
        new Map1Case<GridToFloat>("grid_to_float", new GridToFloat(Step), x => Step * BitConverter.SingleToInt32Bits(x)),
        new DitherCase(_id, _seed),
    ];

    /// <summary>The float32 product, 0 where the kernels say so.</summary>
    private static float Scaled(float x) => Math.Abs(Factor * x) < RoundToGrid.Limit ? Factor * x : 0;

    private sealed class DitherCase(StreamId id, SimulationSeed seed)
        : KernelCase("dither_to_grid", "sample", DitherToGrid<PhiloxStream>.MaxUlp, typeof(DitherToGrid<PhiloxStream>))
    {
        public override void Run(KernelTrial trial)
        {
            var op = new DitherToGrid<PhiloxStream>(new PhiloxStream(seed, id), Factor);
            float[] x = trial.AnyValues(0);
            foreach (long firstTile in SampleLayout.FirstTiles(trial))
            {
                uint[] words = SampleLayout.Words(trial.Length, firstTile, Philox);
                var expected = new float[x.Length];
                for (int i = 0; i < x.Length; i++)
                {
                    double magnitude = Math.Abs(Scaled(x[i])), floor = Math.Floor(magnitude);
                    double up = magnitude - floor > ((words[i] >> 9) + 0.5) / (1 << 23) ? 1 : 0;
                    expected[i] = MathF.CopySign((float)(floor + up), x[i]);
                }

                using GuardedBuffer<float> source = trial.Place<float>(x, 1);
                using GuardedBuffer<float> destination = trial.Destination<float>(x.Length, 2);
                trial.Device.Sample(source.Window, destination.Window, op, firstTile);
                trial.Compare(expected, destination, i => $"({KernelTrial.Hex(x[i])}) with {words[i]:x8}", bitPatterns: true);
                trial.RequireUnchanged(x, source);
            }
        }

        private void Philox(uint block, Span<uint> words)
        {
            for (uint part = 0; part < 4; part++)
            {
                Span<uint> four = words.Slice(4 * (int)part, 4);
                ((uint[])[block, part, (id.Round << 8) | (uint)id.Purpose, id.Tensor]).CopyTo(four);
                ReferenceStreams.Philox(four, seed.Value);
            }
        }
    }
}
