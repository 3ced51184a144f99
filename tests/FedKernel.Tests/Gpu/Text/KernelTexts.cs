// SPDX-License-Identifier: Apache-2.0
using FedKernel.Gpu;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using Xunit;

namespace FedKernel.Tests.Gpu.Text;

/// <summary>The text of each program in each language, compiled once, without a device.</summary>
public sealed class KernelTexts : IDisposable
{
    // 7.8 is the first PTX that knows sm_90, so that the assembler of CUDA 11.8 reads it too.
    private readonly Compiler _ptx = new(
        c => new PTXBackend(c, new CudaCapabilityContext(CudaArchitecture.SM_90), CudaArchitecture.SM_90, CudaInstructionSet.ISA_78, null!),
        k => ((PTXCompiledKernel)k).PTXAssembly);

    // The least that a device has: float64, and nothing else beyond the language.
    private readonly Compiler _openCl = new(
        c => new CLBackend(c, new CLCapabilityContext(false, true, false, false, false), CLDeviceVendor.Other, CLCVersion.CL30),
        k => ((CLCompiledKernel)k).Source);

    /// <summary>PTX for sm_90.</summary>
    public string Ptx(string program) => _ptx.Text(program);

    /// <summary>OpenCL C.</summary>
    public string OpenCl(string program) => _openCl.Text(program);

    public void Dispose()
    {
        _ptx.Close();
        _openCl.Close();
    }

    private sealed class Compiler(Func<Context, Backend> open, Func<CompiledKernel, string> read)
    {
        private readonly Dictionary<string, string> _texts = new();
        private Context? _context;
        private Backend? _backend;

        public string Text(string program)
        {
            if (_texts.TryGetValue(program, out string? known))
            {
                return known;
            }

            try
            {
                // As devices do: below O2 ILGPU loads 16 bytes from an unnamed address space.
                _context ??= Context.Create(b => b.Optimize(OptimizationLevel.O2));
                _backend ??= open(_context);
                return _texts[program] = read(KernelCompiler.Compile(_backend, DriverProgram.All[program].Method));
            }
            catch
            {
                // A failed compilation spoils the context for every program after it.
                Close();
                throw;
            }
        }

        public void Close()
        {
            _backend?.Dispose();
            _context?.Dispose();
            (_backend, _context) = (null, null);
        }
    }
}

/// <summary>The tests that read these texts.</summary>
[CollectionDefinition(Name)]
public sealed class KernelTextTestGroup : ICollectionFixture<KernelTexts>
{
    public const string Name = "kernel texts";
}
