// SPDX-License-Identifier: Apache-2.0
using BenchmarkDotNet.Attributes;
using FedKernel.Instruments.Benchmarks.Limits;

namespace FedKernel.Bench;

[Traffic(68, Of = Traffic.Rows)]
public class WeightedSumBench() : CaseBench("weighted_sum_16")
{
    [Benchmark]
    public void TensorPrimitives() => RunPeer("tensor_primitives");

    [Benchmark]
    public void C() => RunPeer("c");

    [Benchmark]
    public void Naive() => RunPeer("naive");
}

[Traffic(36, Of = Traffic.Rows)]
public class WeightedSumBFloat16Bench() : CaseBench("weighted_sum_bf16_16");

[Traffic(36, Of = Traffic.Rows)]
public class WeightedSumHalfBench() : CaseBench("weighted_sum_f16_16");

[Traffic(132, Of = Traffic.Rows)]
public class WeightedSumDoubleBench() : CaseBench("weighted_sum_f64_16");

[Traffic(4, Of = Traffic.Read)]
public class SquaredL2NormBench() : CaseBench("squared_l2_norm")
{
    [Benchmark]
    public void TensorPrimitives() => RunPeer("tensor_primitives");

    [Benchmark]
    public void C() => RunPeer("c");

    [Benchmark]
    public void Naive() => RunPeer("naive");
}

[Traffic(8, Of = Traffic.InPlace)]
public class ClipAndScaleBench() : InPlaceCaseBench("clip_scale")
{
    [Benchmark]
    public void TensorPrimitives() => RunPeer("tensor_primitives");

    [Benchmark]
    public void C() => RunPeer("c");
}

[Traffic(68, Of = Traffic.Rows)]
public class ClipAndWeightedSumBench() : CaseBench("clip_weighted_sum_16");

[Traffic(92, Of = Traffic.Rows)]
public class ExactMeanBench() : CaseBench("exact_mean_16");

[Traffic(4, HasLimit = false)]
public class ChaCha20StreamBench() : CaseBench("chacha20_key_stream")
{
    [Benchmark]
    public void C() => RunPeer("c");
}

[Traffic(8, Of = Traffic.InPlace, HasLimit = false)]
public class GaussianNoisePhiloxBench() : InPlaceCaseBench("gaussian_noise_philox")
{
    [Benchmark]
    public void Naive() => RunPeer("naive");
}

[Traffic(8, Of = Traffic.InPlace, HasLimit = false)]
public class GaussianNoiseChaCha20Bench() : InPlaceCaseBench("gaussian_noise_chacha20");

[Traffic(8, Of = Traffic.InPlace, HasLimit = false)]
public class DiscreteGaussian8Bench() : InPlaceCaseBench("discrete_gaussian_8");

[Traffic(8, Of = Traffic.InPlace, HasLimit = false)]
public class DiscreteGaussian1000000Bench() : InPlaceCaseBench("discrete_gaussian_1000000");

[Traffic(8, HasLimit = false)]
public class RoundAndDiscreteGaussianBench() : CaseBench("clip_round_discrete_gaussian_8");

[Traffic(5, HasLimit = false)]
public class StochasticRoundingBench() : CaseBench("int8_stochastic")
{
    [Benchmark]
    public void Naive() => RunPeer("naive");
}
