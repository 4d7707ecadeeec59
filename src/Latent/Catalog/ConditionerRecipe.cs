using Latent.Torch;

namespace Latent.Catalog;

/// <summary>The network of a coupling: from the entries that it keeps to the numbers that transform the others.</summary>
public abstract record ConditionerRecipe
{
    /// <summary>Makes the network.</summary>
    /// <param name="init">Where its parameters go.</param>
    /// <param name="inputs">The shape of what it sees, [n] or [C, H, W].</param>
    /// <param name="outputs">The shape of what it gives, of as many axes, equal but for the first.</param>
    /// <returns>[*, *inputs] → [*, *outputs].</returns>
    /// <exception cref="RecipeException">It is not for events of this shape.</exception>
    public abstract Func<Tensor, Tensor> Build(Init init, Shape inputs, Shape outputs);

    /// <summary>H and W, where events are pictures.</summary>
    /// <exception cref="RecipeException">They are not.</exception>
    private protected static (long Height, long Width) PictureSize(Shape inputs) => inputs is [_, var height, var width]
        ? (height, width)
        : throw new RecipeException("model.layer", $"A convolutional network is for pictures [C, H, W], and a coupling of events {inputs} cannot have it: take 'mlp'.");
}
