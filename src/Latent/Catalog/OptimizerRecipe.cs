using Latent.Torch;

namespace Latent.Catalog;

/// <summary>How parameters move against their gradients.</summary>
public abstract record OptimizerRecipe
{
    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What it moves.</param>
    /// <param name="clip">The largest norm of a gradient.</param>
    /// <param name="average">The decay of the parameters' moving average; 0: none.</param>
    public abstract Optimizer Build(ParameterSelection parameters, double clip, double average);
}
