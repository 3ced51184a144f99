// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Privacy.Ledger;

/// <summary>What a release is for. Everything that looks at the data is one of these, not the model alone.</summary>
public enum ReleaseKind
{
    /// <summary>Nothing was released: an entry about the ledger itself.</summary>
    None,

    /// <summary>A model, or its updates during training.</summary>
    Model,

    /// <summary>Means and deviations by which features are scaled.</summary>
    Standardization,

    /// <summary>Values that stand in for missing ones.</summary>
    Imputation,

    /// <summary>Which features are kept.</summary>
    FeatureSelection,

    /// <summary>Numbers of records, of classes, of missing values; weights taken from them.</summary>
    Count,

    /// <summary>Any other statistic of the data.</summary>
    Statistic,

    /// <summary>A clipping bound that follows the norms of the data.</summary>
    ClippingBound,

    /// <summary>A score on held-out data; also what drives a noise schedule.</summary>
    ValidationScore,

    /// <summary>When training ends, if data decide it.</summary>
    EarlyStopping,

    /// <summary>Which of several runs is kept: see <see cref="HyperparameterTuning"/>.</summary>
    HyperparameterChoice,
}
