// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Auditing;

/// <summary>Knows the canaries and the mechanism, sees what was released, and says of each canary how sure it is that it was in.</summary>
public interface IAuditAdversary
{
    /// <summary>In reports: lower case, words joined by underscores.</summary>
    string Name { get; }

    /// <summary>One score a canary, the higher the surer; no NaN.</summary>
    /// <param name="released">What the mechanism made public.</param>
    /// <exception cref="DataFormatException">The bytes are not what this adversary reads.</exception>
    double[] Score(ReadOnlySpan<byte> released);
}
