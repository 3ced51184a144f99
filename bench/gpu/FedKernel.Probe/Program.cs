// SPDX-License-Identifier: Apache-2.0
using FedKernel.Devices.Validation;
using FedKernel.Instruments.Benchmarks;
using FedKernel.Instruments.Validation;
using FedKernel.Instruments.Verbs;

return new VerbApp(
    "The probe of FedKernel: devices, validation and benchmarks, without the studies.",
    new DevicesCommand(),
    new ValidateCommand(CoreKernels.All),
    new BenchCommand()).Run(args, Console.Out, Console.Error);
