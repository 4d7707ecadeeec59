using System.Runtime.CompilerServices;
using Latent.Torch;

namespace Latent.Networks;

/// <summary>For operators that know one batch axis only: all axes before the event as one, and back.</summary>
internal static class BatchAxes
{
    /// <summary>The batch axes of images [*batch, channels, H, W].</summary>
    /// <exception cref="ArgumentException">They are no such images.</exception>
    public static Shape OfImages(Tensor x, long channels, [CallerArgumentExpression(nameof(x))] string name = "") =>
        x.Shape is [.. var batch, var given, _, _] && given == channels
            ? batch
            : throw Arguments.Misshapen(x, $"[*, channels = {channels}, H, W]", "Channels stand before height and width: Permute images that have them last, Unsqueeze grey ones that have none, or build the layer for the channels that x has.", name);

    /// <summary>The batch axes of the input [*batch, inputs] of a recurrent step.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static Shape OfStep(Tensor x, long inputs, [CallerArgumentExpression(nameof(x))] string name = "") =>
        x.Shape is [.. var batch, var given] && given == inputs
            ? batch
            : throw Arguments.Misshapen(x, $"[*, inputs = {inputs}]", "Give one step at a time: of a sequence [B, T, inputs] the slice x[.., t].", name);

    /// <summary>Refuses a recurrent state that is not [*batch, hidden].</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static void CheckState(Tensor state, Shape batch, long hidden, [CallerArgumentExpression(nameof(state))] string name = "")
    {
        if (state.Shape is not [.. var given, var width] || given != batch || width != hidden)
            throw Arguments.Misshapen(state, $"[{string.Concat(batch.AsSpan().ToArray().Select(size => $"{size}, "))}hidden = {hidden}]", "Start from Tensor.Zeros of this shape and x's element type.", name);
    }

    /// <summary>[*batch, *E] → [N, *E].</summary>
    public static Tensor MergeBatch(this Tensor x, Shape batch) => batch.Rank == 1 ? x : x.Reshape([batch.Elements, .. x.Shape[batch.Rank..]]);

    /// <summary>[N, *E] → [*batch, *E].</summary>
    public static Tensor SplitBatch(this Tensor y, Shape batch) => batch.Rank == 1 ? y : y.Reshape([.. batch, .. y.Shape[1..]]);
}
