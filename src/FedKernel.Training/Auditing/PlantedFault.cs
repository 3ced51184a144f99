// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Auditing;

/// <summary>Mistakes that were made in real systems, to see that an audit finds them. The claim stays that of the right mechanism.</summary>
public enum PlantedFault
{
    /// <summary>The mechanism as it should be.</summary>
    None,

    /// <summary>Half the standard deviation that is claimed.</summary>
    HalfNoise,

    /// <summary>Clips to 4C and adds noise for C.</summary>
    WrongClip,

    /// <summary>Both rounds draw the same stream of the same key.</summary>
    ReusedNoise,

    /// <summary>Noise on the first half of the coordinates only.</summary>
    PartialNoise,
}
