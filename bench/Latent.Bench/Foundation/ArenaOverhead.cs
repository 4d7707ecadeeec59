using Latent.Torch;
using Latent.Torch.Native;

namespace Latent.Bench.Foundation;

/// <summary>
/// What a tensor costs because an arena owns it: one-element tensors made within a scope that then ends, minus the same
/// native calls on bare handles, allocation and freeing included in both.
/// </summary>
internal static unsafe class ArenaOverhead
{
    /// <summary>About as many as the forward and backward pass of a small model makes.</summary>
    private const int TensorsPerScope = 100;

    public static Outcome MeasureTime()
    {
        using var scope = TensorScope.Open();
        var (owned, bare) = Contest.Alternate(new Loop(MakeOwned, TensorsPerScope), new Loop(MakeBare, TensorsPerScope));
        return new Outcome(owned - bare!.Value, null, Remark: $"{Unit.Seconds.Format(owned)} in a scope, {Unit.Seconds.Format(bare.Value)} bare");
    }

    public static Outcome MeasureMemory()
    {
        using var scope = TensorScope.Open();
        MakeOwned();
        var before = GC.GetAllocatedBytesForCurrentThread();
        MakeOwned();
        return new Outcome((double)(GC.GetAllocatedBytesForCurrentThread() - before) / TensorsPerScope, null, Unit.Bytes);
    }

    private static void MakeOwned()
    {
        using var scope = TensorScope.Open();
        for (var i = 0; i < TensorsPerScope; i++) Tensor.Uninitialized([1]);
    }

    private static void MakeBare()
    {
        var handles = stackalloc nint[TensorsPerScope];
        var size = 1L;
        for (var i = 0; i < TensorsPerScope; i++)
            NativeMethods.Check(NativeMethods.lt_empty(&size, 1, (int)ElementType.Float32, (int)DeviceType.Cpu, -1, handles + i), "Allocating a tensor");
        NativeMethods.Check(NativeMethods.lt_free(handles, TensorsPerScope, null), "Freeing tensors");
    }
}
