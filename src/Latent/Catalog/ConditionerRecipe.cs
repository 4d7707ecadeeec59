using Latent.Torch;

namespace Latent.Catalog;

/// <summary>The network of a coupling.</summary>
public abstract record ConditionerRecipe
{
    /// <summary>Makes the network.</summary>
    /// <param name="init">Where its parameters go.</param>
    /// <param name="kept">The shape of what it sees: vectors [k] or images [k, H, W].</param>
    /// <param name="outputs">The first axis of what it puts out; the other axes are those it sees.</param>
    /// <param name="outputBias">First values of the last biases; last weights begin near 0.</param>
    /// <param name="contextFeatures">The size of a context [*, features] that it sees too; 0 for none.</param>
    /// <returns>The network, of what is kept [*, k, …] and the context.</returns>
    /// <exception cref="RecipeException">It is not for events of this rank, or takes no context.</exception>
    public abstract Func<Tensor, Tensor?, Tensor> Build(Init init, Shape kept, long outputs, Initializer outputBias, long contextFeatures);
}
