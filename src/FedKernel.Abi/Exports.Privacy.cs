// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FedKernel.Devices;
using FedKernel.Kernels;
using FedKernel.Random;

namespace FedKernel.Abi;

internal static unsafe partial class Exports
{
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status ClipL2(
        nint device, ulong length, double bound, float* values, double* norm, ulong* nonFinite)
    {
        try
        {
            CheckRange(bound, float.Epsilon, float.MaxValue, nameof(bound));
            long elements = Arguments.CheckVector(values, length);
            Arguments.CheckOptional(norm);
            Arguments.CheckOptional(nonFinite);
            using Lease<Device> lease = _handles.Use<Device>(device, DeviceType);
            return Clip(lease.Value, elements, bound, values, norm, nonFinite);
        }
        catch (Exception e)
        {
            return Failure.From(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status KeyCreate(nint* key)
    {
        try
        {
            Arguments.Check(key);
            *key = _handles.Add(SecretKey256.Create());
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.From(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status KeyImport(byte* bytes, ulong length, nint* key)
    {
        try
        {
            Arguments.Check(key);
            Arguments.Check(bytes);
            if (length != SecretKey256.LengthInBytes)
            {
                throw new ArgumentException($"A key has {SecretKey256.LengthInBytes} bytes; got {length}.", nameof(length));
            }

            *key = _handles.Add(SecretKey256.Import(new ReadOnlySpan<byte>(bytes, SecretKey256.LengthInBytes)));
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.From(e);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status KeyDestroy(nint key) => Close<SecretKey256>(key, KeyType);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static Status AddGaussianNoise(
        nint device, nint key, uint round, uint tensor, double sigma, ulong length, float* values)
    {
        try
        {
            CheckRange(sigma, 0, float.MaxValue, nameof(sigma));
            long elements = Arguments.CheckVector(values, length);
            using Lease<Device> deviceLease = _handles.Use<Device>(device, DeviceType);
            using Lease<SecretKey256> keyLease = _handles.Use<SecretKey256>(key, KeyType);
            ChaCha20Stream stream = keyLease.Value.CreateStream(new StreamId(round, StreamPurpose.PrivacyNoise, tensor));
            // Rounded up: less noise than was asked for would be less privacy than was accounted for.
            float rounded = (float)sigma;
            rounded = rounded < sigma ? MathF.BitIncrement(rounded) : rounded;
            using HostVector vector = HostVector.Read(deviceLease.Value, values, elements);
            deviceLease.Value.Sample(vector.Values, vector.Values, new GaussianNoise<ChaCha20Stream>(stream, rounded));
            vector.WriteBack();
            return Status.Ok;
        }
        catch (Exception e)
        {
            return Failure.From(e);
        }
    }

    private static Status Clip(Device device, long length, double bound, float* values, double* norm, ulong* nonFinite)
    {
        using HostVector vector = HostVector.Read(device, values, length);
        double squaredNorm = device.Reduce(vector.Values, default(SquaredL2Norm));
        ulong bad = double.IsFinite(squaredNorm) ? 0 : (ulong)device.Reduce(vector.Values, default(NonFiniteCount));
        if (nonFinite != null)
        {
            *nonFinite = bad;
        }

        if (bad > 0)
        {
            return Failure.From(Status.Data, $"{bad} of {length} values are NaN or infinite; nothing was clipped.");
        }

        var kernel = new ClipAndScale(squaredNorm, bound);
        if (kernel.Factor != 1)
        {
            device.Map(vector.Values, vector.Values, kernel);
            vector.WriteBack();
        }

        if (norm != null)
        {
            *norm = Math.Sqrt(squaredNorm);
        }

        return Status.Ok;
    }

    // Written so that NaN fails.
    private static void CheckRange(double value, double least, double greatest, string name)
    {
        if (!(value >= least && value <= greatest))
        {
            throw new ArgumentOutOfRangeException(name, value, $"Must lie in [{least}, {greatest}].");
        }
    }
}
