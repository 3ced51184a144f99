// SPDX-License-Identifier: Apache-2.0
using FedKernel.Bench.Compare;
using FedKernel.Instruments.Verbs;

return new VerbApp("Kernels of FedKernel beside the same work of peers, interleaved.", new CompareCommand())
    .Run(["compare", .. args], Console.Out, Console.Error);
