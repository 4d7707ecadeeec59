using System.Runtime.InteropServices;
using Latent.Torch.Kernels;

namespace Latent.Torch.Tests.Kernels;

public sealed unsafe partial class OneDnnTests
{
    private const int Block = 0;        // sigprocmask's way for a null set, which changes nothing
    private const int Interrupt = 2;
    private const int SegmentationFault = 11;
    private const int Terminate = 15;
    private static bool[] s_held = [];

    [Fact]
    public void Signals_wait_until_a_product_is_done()
    {
        var before = Held();
        OneDnn.Multiply((nint)(delegate* unmanaged<byte, byte, long, long, long, float, void*, long, void*, long, float, float*, long, int>)&Watch, false, true, 2, 3, 5, 1, null, 5, null, 5, 0, null, 3);
        Assert.Equal([true, true, false], s_held);
        Assert.Equal(before, Held());
    }

    [UnmanagedCallersOnly]
    private static int Watch(byte transposeA, byte transposeB, long m, long n, long k, float alpha, void* a, long lda, void* b, long ldb, float beta, float* c, long ldc)
    {
        s_held = Held();
        return (transposeA, transposeB, m, n, k) == ((byte)'N', (byte)'T', 2, 3, 5) ? 0 : 1;
    }

    /// <summary>Whether an interrupt, a termination and a fault wait on this thread.</summary>
    private static bool[] Held()
    {
        const int SizeOfSignalSet = 128;
        Span<byte> set = stackalloc byte[SizeOfSignalSet];
        fixed (byte* s = set) Assert.Equal(0, PthreadSigmask(Block, 0, s));
        var bits = MemoryMarshal.Read<uint>(set);
        return [.. ((int[])[Interrupt, Terminate, SegmentationFault]).Select(signal => (bits >> (signal - 1) & 1) == 1)];
    }

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int PthreadSigmask(int how, nint set, byte* before);
}
