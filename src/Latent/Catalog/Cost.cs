namespace Latent.Catalog;

/// <summary>What it takes to compute a density or to draw a sample, in passes through the model's networks; the later in the list, the dearer.</summary>
public enum Cost
{
    /// <summary>One pass.</summary>
    OnePass,
    /// <summary>A search for a root in each pass, where an inverse has no closed form.</summary>
    Search,
    /// <summary>A pass for each coordinate, one after the other.</summary>
    PassPerCoordinate,
    /// <summary>Many draws of the latent variables, for an estimate.</summary>
    ManyDraws,
    /// <summary>There is no way.</summary>
    Unavailable,
}
