namespace Latent.Catalog;

/// <summary>A publication.</summary>
public sealed record Paper
{
    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>Its authors: <c>Kingma, Welling</c>.</summary>
    public required string Authors { get; init; }

    /// <summary>The year it appeared.</summary>
    public required int Year { get; init; }
}
