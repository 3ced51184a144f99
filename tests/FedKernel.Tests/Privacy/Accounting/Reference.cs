// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Privacy;
using FedKernel.Privacy.Accounting;

namespace FedKernel.Tests.Privacy.Accounting;

/// <summary>Known answers from outside; each file names its source.</summary>
internal static class Reference
{
    public const NeighbouringRelation AddOrRemove = NeighbouringRelation.AddOrRemoveOne;

    public static JsonElement Grid { get; } = Read("renyi_epsilon_grid.json");

    public static JsonElement Extras { get; } = Read("privacy_accounting.json");

    /// <summary>T releases of the Poisson-subsampled Gaussian.</summary>
    public static PrivacyEvent Sampled(double noiseMultiplier, double samplingProbability, long steps) =>
        new RepeatedEvent(new PoissonSampledEvent(samplingProbability, new GaussianEvent(noiseMultiplier, AddOrRemove)), steps);

    public static double Number(this JsonElement row, string name) => row.GetProperty(name).GetDouble();

    private static JsonElement Read(string file) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "KnownAnswers", file))).RootElement;
}
