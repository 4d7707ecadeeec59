using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>Where a tensor's memory lies and its operators run.</summary>
/// <param name="Type">The kind of device.</param>
/// <param name="Index">Which one of its kind; −1 is the current one.</param>
public readonly record struct Device(DeviceType Type, int Index = -1)
{
    /// <summary>The processor.</summary>
    public static Device Cpu => new(DeviceType.Cpu);

    /// <summary>The GPU of this index.</summary>
    public static Device Cuda(int index = 0) => new(DeviceType.Cuda, index);

    /// <summary>How many GPUs this libtorch can use; zero without CUDA.</summary>
    public static int CudaCount => NativeMethods.Check(NativeMethods.lt_cuda_count(), "Counting GPUs");

    /// <summary>Reads <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static Device Parse(string text)
    {
        if (text == "cpu") return Cpu;
        if (text == "cuda") return Cuda();
        if (text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), out var index) && index >= 0) return Cuda(index);
        throw new FormatException($"'{text}' is no device; use cpu, cuda or cuda:INDEX.");
    }

    /// <summary>The GPU's name and memory in bytes.</summary>
    /// <exception cref="TorchException">This libtorch has no CUDA, or there is no such GPU.</exception>
    public static unsafe (string Name, long FreeBytes, long TotalBytes) DescribeCuda(int index)
    {
        var text = stackalloc byte[256];
        long free, total;
        NativeMethods.Check(NativeMethods.lt_cuda_name(index, text, 256), "Naming the GPU");
        NativeMethods.Check(NativeMethods.lt_cuda_memory(index, &free, &total), "Asking the GPU's memory");
        return (System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)text)!, free, total);
    }

    /// <summary>Waits until all work given to the device is done; nothing to wait for on the CPU.</summary>
    public void Synchronize()
    {
        if (Type == DeviceType.Cuda) NativeMethods.Check(NativeMethods.lt_cuda_synchronize(Index), "Waiting for the GPU");
    }

    /// <inheritdoc/>
    public override string ToString() => Type == DeviceType.Cpu ? "cpu" : Index < 0 ? "cuda" : $"cuda:{Index}";
}
