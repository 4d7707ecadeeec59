using System.Runtime.InteropServices;

namespace Latent.Torch.Native;

/// <summary>What is left to say of a tensor that was freed: enough for the message of a use after its scope's end.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Epitaph
{
    private const int KeptSizes = 6;

    public int Type;
    public int Rank;
    public fixed int Sizes[KeptSizes];

    public override readonly string ToString()
    {
        var sizes = new string[Math.Min(Rank, KeptSizes)];
        for (var i = 0; i < sizes.Length; i++) sizes[i] = Sizes[i].ToString();
        return $"{(ElementType)Type} [{string.Join(", ", sizes)}{(Rank > KeptSizes ? ", …" : "")}]";
    }
}
