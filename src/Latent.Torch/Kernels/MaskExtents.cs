using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Latent.Torch.Kernels;

/// <summary>
/// Between which inputs the ones of a mask lie for each block of neighbouring outputs, and between which outputs for each block
/// of inputs. Products leave out the rest: of units that are sorted by what they see, nearly half.
/// </summary>
internal sealed unsafe class MaskExtents
{
    /// <summary>Neighbours in a block: the columns that a product computes together.</summary>
    public const int Block = 32;

    /// <summary>Below this fraction of the weights left out, blocks cost more than they save.</summary>
    private const double LeastSaving = 0.05;

    private readonly MaskExtent[] extents; // of the blocks of outputs, then of inputs; pinned

    /// <summary>Looks through a mask.</summary>
    /// <param name="outputs">Rows of the mask.</param>
    /// <param name="inputs">Columns of the mask.</param>
    /// <param name="mask">[outputs, inputs].</param>
    public MaskExtents(int outputs, int inputs, ReadOnlySpan<bool> mask)
    {
        extents = GC.AllocateArray<MaskExtent>(Blocks(outputs) + Blocks(inputs), pinned: true);
        var ofOutputs = extents.AsSpan(0, Blocks(outputs));
        var ofInputs = extents.AsSpan(Blocks(outputs));
        for (var o = 0; o < outputs; o++)
        {
            for (var i = 0; i < inputs; i++)
            {
                if (!mask[o * inputs + i]) continue;
                Include(ref ofOutputs[o / Block], i);
                Include(ref ofInputs[i / Block], o);
            }
        }
        var left = 0L;
        for (var b = 0; b < ofOutputs.Length; b++) left += (long)ofOutputs[b].Count * Math.Min(Block, outputs - b * Block);
        Saves = left < (1 - LeastSaving) * outputs * inputs;
    }

    /// <summary>Whether enough can be left out.</summary>
    public bool Saves { get; }

    /// <summary>The inputs for each block of outputs, and then the outputs for each block of inputs: valid as long as this object.</summary>
    public MaskExtent* Pointer => (MaskExtent*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(extents));

    /// <summary>How many blocks there are.</summary>
    public static int Blocks(int count) => (count + Block - 1) / Block;

    private static void Include(ref MaskExtent extent, int index) =>
        extent = extent.Count == 0 ? new(index, index + 1) : new(Math.Min(extent.First, index), Math.Max(extent.End, index + 1));
}
