// SPDX-License-Identifier: Apache-2.0
using FedKernel.Aggregation;
using FedKernel.Compression.Pipelines;
using FedKernel.Privacy.Accounting;
using FedKernel.Training.Strategies;
using FedKernel.Updates;

namespace FedKernel.Training.Federation;

/// <summary>How a federation trains.</summary>
/// <param name="Layout">How the model's flat vector is read.</param>
/// <param name="RoundCount">Number of rounds, 1 to 2²⁴ − 1.</param>
/// <param name="Range">What values, weights and how many clients the rounds allow.</param>
public sealed record FederatedTrainingOptions(ParameterLayout Layout, int RoundCount, FixedPointRange Range)
{
    /// <summary>What the server does with a mean update; <see cref="FedAvg"/> by default.</summary>
    public IServerStrategy Strategy { get; init; } = new FedAvg();

    /// <summary>How clients compress their updates; null for float32 as it is, by default.</summary>
    public CompressionPipeline? Compression { get; init; }

    /// <summary>Noise of the server, for the privacy of whole clients; null for none, by default.</summary>
    public CentralPrivacyOptions? CentralPrivacy { get; init; }

    /// <summary>Who takes part; <see cref="EveryClient"/> by default. With <see cref="CentralPrivacy"/>, its coins decide instead.</summary>
    public ICohortSampler Cohort { get; init; } = new EveryClient();

    /// <summary>δ at which the history states ε; above 0 and below 1. 10⁻⁵ by default.</summary>
    public double Delta { get; init; } = 1e-5;

    /// <summary>What has been spent, if somebody keeps that account: the history states it instead of this training's share.</summary>
    internal Func<PrivacyBracket>? Spent { get; init; }

    /// <summary>What the accountant has answered at <see cref="Delta"/>: shared by trainings whose clients release the same.</summary>
    internal Dictionary<PrivacyEvent, PrivacyBracket> Accounted { get; init; } = [];
}
