// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Devices.Validation;

/// <summary>The kernels of a lattice, with references in the platform's own functions.</summary>
internal static class LatticeKernels
{
    private const float Factor = 911.7f, Limit = 4095, Step = 0.37f;
    private const int Bits = 13;

    private static readonly SimulationSeed _seed = new(0xFEDCBA9876543210);

    private static readonly StreamId _id = new(5, StreamPurpose.Rounding, 9);

    public static IReadOnlyList<KernelCase> All { get; } =
    [
        new Map1Case<RoundToLattice>(
            "round_to_lattice", new RoundToLattice(Factor, Limit),
            x => BitConverter.Int32BitsToSingle((int)MathF.Round(Clamped(x))), bitPatterns: true),
        new Map1Case<LatticeToFloat>(
            "lattice_to_float", new LatticeToFloat(Bits, Step),
            x => Step * ((((BitConverter.SingleToInt32Bits(x) & 0x1FFF) + 0x1000) & 0x1FFF) - 0x1000)),
        new DitherCase(),
    ];

    private static float Clamped(float x) => float.IsNaN(x) ? Limit : Math.Clamp(Factor * x, -Limit, Limit);

    private sealed class DitherCase() : KernelCase(
        "dither_to_lattice", "sample", DitherToLattice<PhiloxStream>.MaxUlp, typeof(DitherToLattice<PhiloxStream>))
    {
        public override void Run(KernelTrial trial)
        {
            var op = new DitherToLattice<PhiloxStream>(new PhiloxStream(_seed, _id), Factor, Limit);
            float[] x = trial.AnyValues(0);
            uint[] words = SampleLayout.Words(trial.Length, 0, Philox);
            var expected = new float[x.Length];
            for (int i = 0; i < x.Length; i++)
            {
                double magnitude = Math.Abs(Clamped(x[i])), floor = Math.Floor(magnitude);
                int rounded = (int)(floor + (magnitude - floor > ((words[i] >> 9) + 0.5) / (1 << 23) ? 1 : 0));
                expected[i] = BitConverter.Int32BitsToSingle(Clamped(x[i]) < 0 ? -rounded : rounded);
            }

            using GuardedBuffer<float> source = trial.Place<float>(x, 1);
            using GuardedBuffer<float> destination = trial.Destination<float>(x.Length, 2);
            trial.Device.Sample(source.Window, destination.Window, op);
            trial.Compare(expected, destination, i => $"({KernelTrial.Hex(x[i])}) with {words[i]:x8}", bitPatterns: true);
            trial.RequireUnchanged(x, source);
        }

        private static void Philox(uint block, Span<uint> words)
        {
            for (uint part = 0; part < 4; part++)
            {
                Span<uint> four = words.Slice(4 * (int)part, 4);
                ((uint[])[block, part, (_id.Round << 8) | (uint)_id.Purpose, _id.Tensor]).CopyTo(four);
                ReferenceStreams.Philox(four, _seed.Value);
            }
        }
    }
}
