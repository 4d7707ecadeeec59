using System.Runtime.InteropServices;

namespace Latent.Torch.Native;

/// <summary>What a tensor is; the pointers are valid as long as the tensor.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TensorDescription
{
    public long* Sizes;
    public long* Strides;
    public void* Data;
    public long Elements;
    public int Rank;
    public int Type;
    public int DeviceType;
    public int DeviceIndex;
    public int RequiresGrad;
    public int Contiguous;
    public int Leaf;
}
