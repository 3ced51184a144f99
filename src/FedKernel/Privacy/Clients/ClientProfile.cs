// SPDX-License-Identifier: Apache-2.0
using FedKernel.Kernels;
using FedKernel.Privacy.Accounting;

namespace FedKernel.Privacy.Clients;

/// <summary>What a client promises its patients, and what its data are like. All of it is public or was measured privately.</summary>
/// <remarks>
/// The weights of the aggregation follow from these numbers: one that is neither public nor noised leaks through them. What was
/// measured privately names its cost in <see cref="Measurements"/>.
/// </remarks>
public sealed record ClientProfile
{
    /// <summary>A client.</summary>
    /// <param name="clientId">How it is named.</param>
    /// <param name="epsilon">ε of its own promise, 10⁻⁹ to 10⁹.</param>
    /// <param name="delta">δ of its own promise, between 0 and 1.</param>
    /// <param name="exampleCount">n: records that a round's mean goes over, and is divided by, whoever is in it.</param>
    public ClientProfile(string clientId, double epsilon, double delta, double exampleCount)
    {
        ArgumentException.ThrowIfNullOrEmpty(clientId);
        Throw.IfNotInRange(epsilon, 1e-9, 1e9);
        Throw.IfNotInRange(delta, double.Epsilon, Math.BitDecrement(1.0));
        Throw.IfNotInRange(exampleCount, 1, 1e15);
        (ClientId, Epsilon, Delta, ExampleCount) = (clientId, epsilon, delta, exampleCount);
    }

    /// <summary>How it is named.</summary>
    public string ClientId { get; }

    /// <summary>ε.</summary>
    public double Epsilon { get; }

    /// <summary>δ.</summary>
    public double Delta { get; }

    /// <summary>n.</summary>
    public double ExampleCount { get; }

    /// <summary>C: the bound on one record's contribution. A client with short gradients needs a small one, and little noise.</summary>
    public double ClippingBound { get; init => field = InRange(value, ClipAndScale.LeastBound, nameof(ClippingBound)); } = 1;

    /// <summary>s: the standard deviation of one record's contribution, as a length; 0 if unknown.</summary>
    public double Spread { get; init => field = InRange(value, 0, nameof(Spread)); }

    /// <summary>b: how far the client's expected update lies from the federation's, as a length; see <see cref="LabelSkew"/>; 0 if unknown.</summary>
    public double Divergence { get; init => field = InRange(value, 0, nameof(Divergence)); }

    /// <summary>What it cost to measure these numbers; it is taken from the client's own budget.</summary>
    public IReadOnlyList<PrivacyEvent> Measurements { get; init; } = [];

    private static double InRange(double value, double least, string name)
    {
        Throw.IfNotInRange(value, least, float.MaxValue, name);
        return value;
    }
}
