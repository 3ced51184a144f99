// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using FedKernel.Privacy;
using FedKernel.Privacy.Units;
using FedKernel.Training.Data;

namespace FedKernel.Training.Sampling;

/// <summary>
/// Which rows are one record, the thing that is sampled, clipped and hidden. The unit of privacy follows from it and cannot be
/// claimed otherwise: ε is that of a patient only where all rows of a patient are one record.
/// </summary>
public sealed class RecordGroups
{
    private readonly PatientGrouping _rows;

    private RecordGroups(PrivacyUnit unit, IEnumerable<int> owners) =>
        (Unit, _rows) = (unit, new PatientGrouping([.. owners.Select(o => o.ToString(CultureInfo.InvariantCulture))]));

    /// <summary>Whose presence is hidden.</summary>
    public PrivacyUnit Unit { get; }

    /// <summary>Number of rows in all records.</summary>
    public int RowCount => _rows.RowCount;

    /// <summary>Number of records.</summary>
    public int Count => _rows.PatientCount;

    /// <summary>Every row is a record. A patient with r rows is protected r times less.</summary>
    public static RecordGroups ByRow(TabularDataset table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new RecordGroups(PrivacyUnit.Example, Enumerable.Range(0, table.RowCount));
    }

    /// <summary>All rows of a patient are one record, in the order in which patients first appear.</summary>
    public static RecordGroups ByPatient(TabularDataset table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new RecordGroups(PrivacyUnit.Patient, table.PatientIds.ToArray());
    }

    /// <summary>Grouping for a unit.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="unit">Example or patient.</param>
    /// <exception cref="ArgumentOutOfRangeException">The unit is a client: no client can hide all of itself by clipping records.</exception>
    public static RecordGroups For(TabularDataset table, PrivacyUnit unit) => unit switch
    {
        PrivacyUnit.Example => ByRow(table),
        PrivacyUnit.Patient => ByPatient(table),
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "Local training hides examples or patients; clients are hidden by the server's noise."),
    };

    /// <summary>The rows of a record.</summary>
    internal ReadOnlySpan<int> Rows(int record) => _rows.RowsOf(record);
}
