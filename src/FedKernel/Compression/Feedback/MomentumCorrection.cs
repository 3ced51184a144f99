// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace FedKernel.Compression.Feedback;

/// <summary>Parameters of momentum-corrected error feedback.</summary>
internal sealed class MomentumCorrection
{
    /// <summary>Sets the parameters.</summary>
    /// <param name="momentum">m, in [0, 1).</param>
    /// <param name="clippingThreshold">θ &gt; 0: local updates are shortened to L2 norm θ/√N; +∞ for not at all.</param>
    /// <param name="clientCount">N, at least 1.</param>
    public MomentumCorrection(double momentum, double clippingThreshold = double.PositiveInfinity, int clientCount = 1)
    {
        Throw.IfNotInRange(momentum, 0, MathF.BitDecrement(1));
        Throw.IfNotInRange(clippingThreshold, 1e-30, double.PositiveInfinity);
        Throw.IfNotInRange(clientCount, 1, int.MaxValue);
        (Momentum, ClippingThreshold, ClientCount) = (momentum, clippingThreshold, clientCount);
    }

    /// <summary>m.</summary>
    public double Momentum { get; }

    /// <summary>θ.</summary>
    public double ClippingThreshold { get; }

    /// <summary>N.</summary>
    public int ClientCount { get; }

    /// <summary>What a local update is shortened to: θ/√N, so that the sum over N independent clients has norm θ.</summary>
    public double LocalBound => ClippingThreshold / Math.Sqrt(ClientCount);

    /// <summary>Its canonical text, as in a pipeline: dgc:0.9, or dgc:0.9,2.5,10 with θ and N.</summary>
    public string Name => double.IsPositiveInfinity(ClippingThreshold)
        ? $"dgc:{StageNumber.Text(Momentum)}"
        : string.Create(CultureInfo.InvariantCulture, $"dgc:{StageNumber.Text(Momentum)},{StageNumber.Text(ClippingThreshold)},{ClientCount}");

    /// <summary>min(1, θ/(√N ‖g‖)) as float32; 1 for a norm that is not a number, which encoders then refuse.</summary>
    /// <param name="squaredNorm">‖g‖².</param>
    public float Factor(double squaredNorm)
    {
        double norm = Math.Sqrt(squaredNorm);
        return norm > LocalBound ? (float)(LocalBound / norm) : 1;
    }
}
