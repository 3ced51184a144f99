// SPDX-License-Identifier: Apache-2.0
using FedKernel.Random;

namespace FedKernel.Training;

/// <summary>Names the random sequences of a simulation, so that no two uses share one and none depends on the order of another.</summary>
internal static class SimulationDraws
{
    private const int UseShift = 24;

    private enum Use : uint
    {
        InitialModel = 1,
        Partition = 2,
        Split = 3,
        Batches = 4,
        Cohort = 5,
        Rounding = 6,
        AuditCoins = 16,
    }

    public static SimulationRandom InitialModel(SimulationSeed seed) => Create(seed, Use.InitialModel, 0, 0);

    public static SimulationRandom Partition(SimulationSeed seed) => Create(seed, Use.Partition, 0, 0);

    public static SimulationRandom Split(SimulationSeed seed, int client) => Create(seed, Use.Split, 0, client);

    public static SimulationRandom Batches(SimulationSeed seed, int client) => Create(seed, Use.Batches, 0, client);

    public static SimulationRandom Cohort(SimulationSeed seed, uint round) => Create(seed, Use.Cohort, round, 0);

    /// <summary>A seed of a client's own for stochastic rounding.</summary>
    public static SimulationSeed Rounding(SimulationSeed seed, int client)
    {
        SimulationRandom random = Create(seed, Use.Rounding, 0, client);
        return new SimulationSeed(((ulong)random.NextWord() << 32) | random.NextWord());
    }

    public static SimulationRandom AuditCoins(SimulationSeed seed) => Create(seed, Use.AuditCoins, 0, 0);

    private static SimulationRandom Create(SimulationSeed seed, Use use, uint round, int client)
    {
        Throw.IfNotInRange(client, 0, (1 << UseShift) - 1);
        return new SimulationRandom(seed, round, ((uint)use << UseShift) | (uint)client);
    }
}
