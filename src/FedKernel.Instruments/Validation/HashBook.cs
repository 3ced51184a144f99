// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using FedKernel.Devices;
using FedKernel.Devices.Validation;

namespace FedKernel.Instruments.Validation;

/// <summary>
/// The hash of every kernel's results for fixed inputs, as a file of the repository: a device is compared with numbers that no
/// device of this machine has made.
/// </summary>
/// <remarks>
/// The hashes are made where every result equals the plain reference bit for bit; a test makes them again. To add a kernel, run
/// <c>fedkernel validate --print-hash-book</c> and put what it prints into <c>hash_book.json</c>.
/// </remarks>
internal static class HashBook
{
    /// <summary>Lengths of the vectors behind the hashes.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [1, 17, 255, 1000, 4097];

    /// <summary>Seed of the inputs behind the hashes.</summary>
    public const ulong Seed = 20261124;

    /// <summary>Kernel → SHA-256.</summary>
    public static IReadOnlyDictionary<string, string> Entries { get; } = Read();

    /// <summary>Runs a kernel on the inputs of the book.</summary>
    public static KernelReport Run(Device device, KernelCase kernel) => KernelValidator.Run(
        device, new KernelValidationOptions { Cases = [kernel], Lengths = Lengths, Seed = Seed })[0];

    /// <summary>The book as it should be, from a device whose every result equals the reference.</summary>
    /// <exception cref="DeviceException">A result does not.</exception>
    public static string Write(Device device, IReadOnlyList<KernelCase> kernels)
    {
        var book = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (KernelCase kernel in kernels)
        {
            KernelReport report = Run(device, kernel);
            if (!report.Pass || report.WorstUlp > 0)
            {
                throw new DeviceException(
                    $"'{kernel.Name}' on '{device.Info.Id}' is {report.WorstUlp} ulp from its reference; the book takes 0 only.");
            }

            book.Add(kernel.Name, report.Sha256);
        }

        return JsonSerializer.Serialize(book, ReportJson.Indented);
    }

    private static Dictionary<string, string> Read()
    {
        using Stream stream = typeof(HashBook).Assembly.GetManifestResourceStream("hash_book.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
    }
}
