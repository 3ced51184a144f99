// SPDX-License-Identifier: Apache-2.0
using FedKernel.Updates;

namespace FedKernel.Privacy.Adaptive;

/// <summary>What one client computes in a round of adaptive clipping.</summary>
/// <param name="Clipping">Its clipped update, or why there is none.</param>
/// <param name="HalfUnits">2 (b − ½): 1 if the update was within the bound, −1 if it was clipped, 0 if it was refused. An integer,
/// so that it can be summed securely; the server must not see it alone.</param>
public sealed record AdaptiveContribution(ClippingResult Clipping, int HalfUnits);

/// <summary>The client's side: clips with the bound that it was given, and says with one bit whether that cut anything.</summary>
/// <param name="clippingBound">C of this round.</param>
public sealed class AdaptiveClippingClient(double clippingBound)
{
    private readonly L2Clipping _clipping = new(clippingBound);

    /// <summary>C of this round.</summary>
    public double ClippingBound => _clipping.ClippingBound;

    /// <summary>Clips an update in place.</summary>
    public AdaptiveContribution Clip(ModelUpdate update)
    {
        ClippingResult result = _clipping.Clip(update);
        return new AdaptiveContribution(result, result.Bounded is null ? 0 : result.Norm <= ClippingBound ? 1 : -1);
    }
}
