using Latent.Torch;

namespace Latent.Distributions;

/// <summary>Keeps samples off ends of their support that they reach by rounding only, where densities vanish or diverge.</summary>
internal static class OpenInterval
{
    /// <summary>Moves what was rounded to 0 or below to the smallest normal number of the type.</summary>
    public static Tensor Positive(Tensor x) => x.ClampMin(Smallest(x.ElementType));

    /// <summary>Moves what was rounded to 0 or 1 to the nearest normal number between.</summary>
    public static Tensor Unit(Tensor x)
    {
        var type = x.ElementType;
        return x.Clamp(Smallest(type), 1 - Resolution(type) / 2);
    }

    /// <summary>The distance from 1 to the next number of a type.</summary>
    public static double Resolution(ElementType type) => type switch
    {
        ElementType.Float64 => 1.0 / (1L << 52),
        ElementType.Float32 => 1.0 / (1 << 23),
        ElementType.BFloat16 => 1.0 / (1 << 7),
        _ => 1.0 / (1 << 10), // Float16
    };

    private static double Smallest(ElementType type) => type switch
    {
        ElementType.Float64 => 2.2250738585072014e-308,
        ElementType.Float32 or ElementType.BFloat16 => 1.1754943508222875e-38,
        _ => 6.103515625e-5, // Float16
    };
}
