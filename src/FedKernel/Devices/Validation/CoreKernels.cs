// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Numerics;
using FedKernel.Random;

namespace FedKernel.Devices.Validation;

/// <summary>The registry: every kernel of FedKernel with a plain reference. A new kernel is one more line.</summary>
public static class CoreKernels
{
    private const float A = 1.7f;
    private const double Norm2 = 30;
    private const double Bound = 2;

    // A weight of 569 and 20 bits after the point: 569 is odd, so ties between grid points happen.
    private const double GridScale = 569.0 * (1 << 20);

    // 2 / √30, less the 2⁻²³ by which the guarantee is rounded down, as float32 towards zero.
    private static readonly float _clipFactor = 0.3651483f;

    private static readonly uint[] _key = [.. Enumerable.Range(1, 8).Select(i => 0x9E3779B9u * (uint)i)];

    private static readonly SimulationSeed _seed = new(0x0123456789ABCDEF);

    private static readonly StreamId _id = new(7, StreamPurpose.PrivacyNoise, 3);

    /// <summary>Every kernel.</summary>
    public static IReadOnlyList<KernelCase> All { get; } =
    [
        new GenerateCase<Fill>("fill", new Fill(A), () => A),
        new Map1Case<Copy>("copy", new Copy(), x => x, bitPatterns: true),
        new Map1Case<Scale>("scale", new Scale(A), x => A * x),
        new Map2Case<Axpy>("axpy", new Axpy(A), (x, y) => (A * x) + y),
        new Map1Case<ClipAndScale>("clip_and_scale", new ClipAndScale(Norm2, Bound), x => _clipFactor * x),
        new Reduce1Case<Sum>("sum", new Sum(), x => x, (a, b) => a + b),
        new Reduce2Case<Dot>("dot", new Dot(), (x, y) => x * y, (a, b) => a + b),
        new Reduce1Case<SquaredL2Norm>("squared_l2_norm", new SquaredL2Norm(), x => x * x, (a, b) => a + b),
        new Reduce1Case<MaxAbs>("max_abs", new MaxAbs(), Math.Abs, (a, b) => b > a ? b : a),
        new Reduce1Case<NonFiniteCount>("non_finite_count", new NonFiniteCount(), x => double.IsFinite(x) ? 0 : 1, (a, b) => a + b),
        new Reduce1Case<FiniteMaxAbs>(
            "finite_max_abs",
            new FiniteMaxAbs(),
            x => double.IsFinite(x) ? Math.Abs(x) : double.PositiveInfinity,
            (a, b) => b > a ? b : a),
        new ReduceRowsCase<Dot>("dot.rows", new Dot(), (x, y) => x * y, (a, b) => a + b),
        new RowCombineCase<WeightedSum>("weighted_sum", new WeightedSum(), (sum, row, weight) => sum + (weight * row)),
        Rows<BFloat16>("weighted_sum.bfloat16", v => (BFloat16)v, v => (float)v),
        Rows<Half>("weighted_sum.float16", v => (Half)v, v => (float)v),
        Rows<double>("weighted_sum.float64", v => v * (1 + (1.0 / (1 << 27))), v => (float)v),
        new AccumulateCase<FixedPointAccumulate>(
            "exact_accumulate", new FixedPointAccumulate(GridScale), x => ReferenceFixedPoint.Round(x, GridScale)),
        ExactRows<float>("exact_accumulate.rows", v => v, v => v),
        ExactRows<BFloat16>("exact_accumulate.rows.bfloat16", v => (BFloat16)v, v => (float)v),
        ExactRows<Half>("exact_accumulate.rows.float16", v => (Half)v, v => (float)v),
        ExactRows<double>("exact_accumulate.rows.float64", v => v * (1 + (1.0 / (1 << 27))), v => v),
        new ResolveCase<FixedPointResolve>(
            "exact_resolve", new FixedPointResolve(1 / GridScale), n => (float)(n * (1 / GridScale))),
        new StreamWordsCase<ChaCha20Stream>("stream_words.chacha20", new ChaCha20Stream(_key, _id), ChaCha20),
        new StreamWordsCase<PhiloxStream>("stream_words.philox", new PhiloxStream(_seed, _id), Philox),
        new GaussianNoiseCase<ChaCha20Stream>("gaussian_noise.chacha20", new ChaCha20Stream(_key, _id), ChaCha20),
        new GaussianNoiseCase<PhiloxStream>("gaussian_noise.philox", new PhiloxStream(_seed, _id), Philox),
        new ClipAndNoiseCase<PhiloxStream>("clip_and_noise", new PhiloxStream(_seed, _id), Philox),
        .. GridKernels.All,
        new VoteCase(),
        .. SparseKernels.All,
        new DiscreteGaussianCase<ChaCha20Stream>("discrete_gaussian.chacha20", new ChaCha20Stream(_key, _id), ChaCha20),
        new DiscreteGaussianCase<PhiloxStream>("discrete_gaussian.philox", new PhiloxStream(_seed, _id), Philox),
        new RoundAndDiscreteNoiseCase<ChaCha20Stream>("round_and_discrete_noise", new ChaCha20Stream(_key, _id), ChaCha20),
        Quantize("stochastic_rounding.philox", new PhiloxStream(_seed, _id), Philox),
        Quantize("stochastic_rounding.chacha20", new ChaCha20Stream(_key, _id), ChaCha20),
        .. CodeKernels.All(new PhiloxStream(_seed, _id), Philox, new ChaCha20Stream(_key, _id), ChaCha20),
        .. LevelKernels.All(new PhiloxStream(_seed, _id), Philox, new ChaCha20Stream(_key, _id), ChaCha20),
        new HadamardCase(_key, _id),
        new PackCase(),
        new LevelsCase(),
        .. LatticeKernels.All,
    ];

    private static TypedRowsCase<T, WeightedSum> Rows<T>(string name, Func<float, T> store, Func<T, float> load)
        where T : unmanaged => new(name, new WeightedSum(), store, load, (sum, row, weight) => sum + (weight * row));

    private static AccumulateRowsCase<T, FixedPointAccumulate> ExactRows<T>(
        string name, Func<float, T> store, Func<T, double> load)
        where T : unmanaged => new(
            name, r => new FixedPointAccumulate(GridScale * (r + 1)), store, load,
            (r, x) => ReferenceRounding.Accumulate(x, GridScale * (r + 1)));

    private static QuantizeCase<UniformShift, StochasticRounding<T>> Quantize<T>(string name, T stream, BlockFunction words)
        where T : unmanaged, ICounterStream => new(
            name, new StochasticRounding<T>(stream), words, ReferenceRounding.Code,
            new UniformShift(new PhiloxStream(_seed, _id), A), (x, word) => UniformShift.Reference(A, x, word), Philox);

    private static void ChaCha20(uint block, Span<uint> words) =>
        ReferenceStreams.ChaCha20(_key, block, [_id.Round, (uint)_id.Purpose, _id.Tensor], words);

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
