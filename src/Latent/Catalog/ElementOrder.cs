namespace Latent.Catalog;

/// <summary>The order in which elements depend on those before.</summary>
public enum ElementOrder
{
    /// <summary>As they lie in an example; of pictures row by row.</summary>
    Natural,
    /// <summary>At random, the same in each run of a seed.</summary>
    Random,
}
