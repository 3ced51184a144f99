// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Training.Studies;

/// <summary>How the private models of a study are trained.</summary>
public enum PrivateTrainingMode
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>Every step over all patients of a hospital.</summary>
    FullBatch,

    /// <summary>DP-SGD: every step over a Poisson batch.</summary>
    Sgd,

    /// <summary>DP-FedAvg: clients train as they like, the server clips their updates and adds the noise. Hides whole clients.</summary>
    Client,
}

/// <summary>How noise changes from round to round. The level follows from ε or from the noise multiplier of the first round.</summary>
public enum NoiseShape
{
    /// <summary>Not at all.</summary>
    Constant,

    /// <summary>To four fifths after each quarter of the rounds.</summary>
    Step,

    /// <summary>By an equal factor each round, to half in the last.</summary>
    Exponential,

    /// <summary>By an equal amount each round, to half in the last.</summary>
    Linear,
}
