// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using FedKernel.Devices;
using FedKernel.Devices.Validation;

namespace FedKernel.Instruments.Validation;

/// <summary>The bits of every kernel of a device as one hash, to be compared with itself under other circumstances.</summary>
internal static class KernelDigest
{
    /// <summary>Kernels that promise the same bits everywhere; what takes a root may differ between devices, not between runs.</summary>
    public static string Of(Device device, IReadOnlyList<KernelCase> kernels, int length, ulong seed, out long values)
    {
        var options = new KernelValidationOptions { Cases = kernels, Lengths = [length], Seed = seed };
        IReadOnlyList<KernelReport> reports = KernelValidator.Run(device, options);
        values = reports.Sum(r => r.Values);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(reports.Select(r => r.Sha256)))));
    }
}
