// SPDX-License-Identifier: Apache-2.0
// What was released, as accountants read it · after the event language of Google's dp_accounting (dp_event.py).
namespace FedKernel.Privacy.Accounting;

/// <summary>An immutable record of something that was released about the data. Accountants refuse kinds that they do not know.</summary>
/// <remarks>Composition is adaptive: a release may depend on what earlier ones showed.</remarks>
public abstract record PrivacyEvent
{
    /// <summary>The relation that the sensitivity was taken for. Events of different relations do not compose.</summary>
    public abstract NeighbouringRelation Relation { get; }
}
