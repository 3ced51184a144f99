// SPDX-License-Identifier: Apache-2.0
using BenchmarkDotNet.Running;
using FedKernel.Bench;

MeasuredLimits.Measure();
BenchmarkSwitcher.FromAssembly(typeof(CaseBench).Assembly).Run(args, BenchConfig.Create());
