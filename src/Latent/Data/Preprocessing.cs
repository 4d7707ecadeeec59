using System.Globalization;

namespace Latent.Data;

/// <summary>
/// What is done to data between the file and the model. It belongs to every result: likelihoods compare only where it is equal.
/// </summary>
public sealed record Preprocessing
{
    /// <summary>Data as they are in the file.</summary>
    public static Preprocessing None { get; } = new();

    /// <summary>Height and width that pictures were brought to; null where they have their own.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>B, where values were brought to 2^B levels, of equally many old ones each; null where they have their own.</summary>
    public int? Bits { get; init; }

    /// <summary>How levels of grey become 0 and 1.</summary>
    public Binarization Binarization { get; init; }

    /// <summary>Seed of <see cref="Binarization.Static"/>; null where the values were published so. Without meaning for the others.</summary>
    public ulong? Seed { get; init; } = 0;

    /// <summary>The least grey value, as a fraction of white in (0, 1], that <see cref="Binarization.Threshold"/> makes 1; without meaning for the others.</summary>
    public double Threshold { get; init; } = 0.5;

    /// <summary>Whether real values are shifted and scaled to mean 0 and standard deviation 1, as <see cref="Data.Standardization"/> of the training set says.</summary>
    public bool Standardize { get; init; }

    /// <summary>The same in words: <c>dynamic binarization</c>.</summary>
    public override string ToString()
    {
        string[] steps =
        [
            Size is { } size ? $"resized to {size.Height}×{size.Width}" : "",
            Bits is { } bits ? $"{bits} bits" : "",
            Binarization switch
            {
                Binarization.Static when Seed is null => "binary already",
                Binarization.Static => string.Create(CultureInfo.InvariantCulture, $"static binarization (seed {Seed})"),
                Binarization.Dynamic => "dynamic binarization",
                Binarization.Threshold => string.Create(CultureInfo.InvariantCulture, $"binarization at {Threshold}"),
                _ => "",
            },
            Standardize ? "standardisation" : "",
        ];
        return string.Join(", ", steps.Where(step => step.Length > 0).DefaultIfEmpty("none"));
    }
}
