// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FedKernel.Aggregation;
using FedKernel.Devices;

namespace FedKernel.Abi;

internal static unsafe partial class Exports
{
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status ExactMeanCreate(
        nint device, ulong length, double maximumMagnitude, double maximumWeight, uint maximumClientCount, nint* mean)
    {
        try
        {
            Arguments.Check(mean);
            using Lease<Device> lease = _handles.Use<Device>(device, DeviceType);
            var range = new FixedPointRange(
                maximumMagnitude, maximumWeight, (int)Math.Min(maximumClientCount, int.MaxValue));
            *mean = _handles.Add(new MeanOnDevice(lease.Shared, Arguments.Length(length), range));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.From(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status ExactMeanFold(nint mean, float* values, ulong length, double weight)
    {
        try
        {
            using Lease<MeanOnDevice> lease = _handles.Use<MeanOnDevice>(mean, MeanType);
            return lease.Value.Fold(values, length, weight);
        }
        catch (Exception e)
        {
            return Failure.From(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status ExactMeanCount(nint mean, ulong* count)
    {
        try
        {
            Arguments.Check(count);
            using Lease<MeanOnDevice> lease = _handles.Use<MeanOnDevice>(mean, MeanType);
            *count = (ulong)lease.Value.ClientCount;
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.From(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status ExactMeanFinish(nint mean, ulong length, float* destination)
    {
        try
        {
            using Lease<MeanOnDevice> lease = _handles.Use<MeanOnDevice>(mean, MeanType);
            lease.Value.Finish(length, destination);
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.From(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status ExactMeanDestroy(nint mean) => Close<MeanOnDevice>(mean, MeanType);
}
