// SPDX-License-Identifier: Apache-2.0
namespace FedKernel.Compression.Pipelines;

/// <summary>The places of a pipeline, in the only order that they have.</summary>
internal enum StageSlot
{
    Feedback,
    Momentum,
    Reduction,
    Quantizer,
    IndexCoding,
    SymbolCoding,
}
