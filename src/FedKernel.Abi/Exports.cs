// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FedKernel.Abi;

/// <summary>
/// The functions of fedkernel.h. What a function promises stands in that header. Each catches everything: an exception that
/// left it would abort the host.
/// </summary>
internal static unsafe partial class Exports
{
    private const string DeviceType = "fk_device", MeanType = "fk_exact_mean", KeyType = "fk_key";

    // The one place with state of the whole process: handles of C have no other owner.
    private static readonly HandleTable _handles = new();

    /// <summary>Fills the table of the shim. The only function that the shim finds by name.</summary>
    /// <param name="table">What is filled.</param>
    /// <param name="size">Size of the table as the shim knows it.</param>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static Status GetApi(FunctionTable* table, ulong size)
    {
        if (table == null || size != (ulong)sizeof(FunctionTable))
        {
            return Status.InvalidArgument;
        }

        *table = new FunctionTable
        {
            Size = size,
            AbiVersion = FunctionTable.Version,
            LastError = &LastError,
            DeviceCount = &DeviceCount,
            DeviceDescribe = &DeviceDescribe,
            DeviceOpen = &DeviceOpen,
            DeviceName = &DeviceName,
            DeviceClose = &DeviceClose,
            ExactMeanCreate = &ExactMeanCreate,
            ExactMeanFold = &ExactMeanFold,
            ExactMeanCount = &ExactMeanCount,
            ExactMeanFinish = &ExactMeanFinish,
            ExactMeanDestroy = &ExactMeanDestroy,
            ClipL2 = &ClipL2,
            KeyCreate = &KeyCreate,
            KeyImport = &KeyImport,
            KeyDestroy = &KeyDestroy,
            AddGaussianNoise = &AddGaussianNoise,
        };
        return Status.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static ulong LastError(byte* buffer, ulong capacity)
    {
        try
        {
            return Utf8Text.Write(Failure.Text, buffer, capacity);
        }
        catch (OutOfMemoryException)
        {
            return 0;
        }
    }

    /// <summary>Takes a handle back; NULL does nothing.</summary>
    private static Status Close<T>(nint handle, string type)
        where T : class, IDisposable
    {
        try
        {
            if (handle != 0)
            {
                _handles.Remove<T>(handle, type);
            }

            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.From(e);
        }
    }
}
